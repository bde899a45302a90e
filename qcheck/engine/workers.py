"""Many files at once, each in a process that may die without taking the run along."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["map_in_processes"]

T = TypeVar("T")

# One process a core is parallel enough: libraries that start a thread a core on top only get into
# each other's way (a fifth more time for 40 files on two cores).
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
# A new process begins with `python -c`, which puts the working directory first on its path: a file
# struct.py in the folder that is checked would run in it.
_SAFE_PATH = {"PYTHONSAFEPATH": "1"}


@contextmanager
def _environment() -> Iterator[None]:
    """What new processes find in their environment; afterwards ours is as it was."""
    before = dict(os.environ)
    for name, value in _ONE_THREAD.items():
        os.environ.setdefault(name, value)
    os.environ.update(_SAFE_PATH)
    try:
        yield
    finally:
        for name in (*_ONE_THREAD, *_SAFE_PATH):
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)


def map_in_processes(
    function: Callable[..., T],
    calls: Sequence[tuple[Any, ...]],
    processes: int,
    lost: Callable[..., T],
    done: Callable[[Any], None],
) -> Iterator[T]:
    """Yield ``function(*call)`` in the order of ``calls``, ``processes`` at a time.

    A native crash kills a worker and with it every call that was under way. Each of those is tried
    once more in a process of its own; for the one that dies again ``lost(*call)`` stands in.
    ``done`` is called after each call.
    """
    with _environment():
        yield from _mapped(function, calls, processes, lost, done)


def _mapped(
    function: Callable[..., T],
    calls: Sequence[tuple[Any, ...]],
    processes: int,
    lost: Callable[..., T],
    done: Callable[[Any], None],
) -> Iterator[T]:
    # Not fork: the parent may hold threads and locks of native libraries.
    context = multiprocessing.get_context("spawn")
    others = multiprocessing.active_children()
    at = 0
    while at < len(calls):
        with ProcessPoolExecutor(processes, context, _end_with_parent) as pool:
            futures = [pool.submit(function, *call) for call in calls[at:]]
            try:
                for future in futures:
                    result = future.result()
                    at += 1
                    done(result)
                    yield result
            except BrokenProcessPool:
                pass
            except KeyboardInterrupt:
                # Whoever waits has gone: what is under way, seconds of a video, is for nobody.
                for child in multiprocessing.active_children():
                    if child not in others:
                        child.terminate()
                raise
            finally:
                pool.shutdown(cancel_futures=True)
        # The executor hands out one call more than it has processes, so these were under way.
        for call in calls[at : at + processes + 1]:
            result = _alone(function, call, context, lost)
            at += 1
            done(result)
            yield result


def _alone(
    function: Callable[..., T], call: tuple[Any, ...], context: Any, lost: Callable[..., T]
) -> T:
    with ProcessPoolExecutor(1, context, _end_with_parent) as pool:
        try:
            return pool.submit(function, *call).result()
        except BrokenProcessPool:
            return lost(*call)


def _end_with_parent() -> None:
    """End this worker where the parent is killed: it would wait for work for ever.

    Each worker holds the queue open for the others, so that none sees its end
    (python/cpython#111873).
    """

    def wait() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
