"""Calls carried out in processes that can be killed: a hostile file costs itself, never the run.

A decoder may crash, hang, or eat memory. Python's own pools have no answer to the last two, and end
as a whole on the first; so each worker is watched here, call by call, and killed where it takes
more time or memory than its call may. Idle ones serve the next run of the same process.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from qcheck.core.errors import UsageFault
from qcheck.engine.processes import may_fork, start_process
from qcheck.engine.worker import Call, Raised, Returned, receive, send

__all__ = ["IN_PROCESS", "map_in_workers", "start_early"]

T = TypeVar("T")

IN_PROCESS = "QCHECK_IN_PROCESS"
"""Set in the environment, it keeps every call in this process: for debuggers, without any bound."""

# One process a core is parallel enough: libraries that start a thread a core on top only get into
# each other's way (a fifth more time for 40 files on two cores).
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
_SAFE_PATH = {"PYTHONSAFEPATH": "1"}

# How often workers are looked at. The first look waits: most checks of small files are over then.
_FIRST_LOOK_S = 0.25
_LOOK_EVERY_S = 0.05
# A laptop that slept, or a run that was stopped by Ctrl-Z, has used no time: of what passed between
# two looks no more than this counts.
_MOST_BETWEEN_LOOKS_S = 1.0


def map_in_workers(
    calls: Sequence[Call],
    workers: int,
    lost: Callable[[int, str], T],
    done: Callable[[T], None],
) -> Iterator[T]:
    """Yield what each call returns, in the order of ``calls``, ``workers`` of them at a time.

    A call whose worker dies or takes too much memory is tried once more in a new worker; for one
    that fails again, or takes too long, ``lost(number, why)`` stands in. ``done`` is called with
    each result in turn. Raises what a function raises, and UsageFault where no worker starts.
    """
    if os.environ.get(IN_PROCESS):
        for call in calls:
            result = call.function(*call.arguments)
            done(result)
            yield result
        return
    crew = _Crew(min(workers, len(calls)), calls)
    try:
        for number, outcome in enumerate(crew.outcomes()):
            if isinstance(outcome, Raised):
                raise outcome.error
            result = lost(number, outcome) if isinstance(outcome, str) else outcome.value
            done(result)
            yield result
    finally:
        crew.dismiss()


def start_early(calls: int, workers: int) -> None:
    """Start the workers that a run of so many calls will want, where starting one takes long.

    A new interpreter takes as long to import what it needs as this one to find out what to do.
    """
    if not os.environ.get(IN_PROCESS) and not may_fork():
        count = min(workers, calls)
        _rest_again([_Worker(_environment(count)) for _ in range(count)])


def _environment(count: int) -> dict[str, str]:
    """What a worker finds in its environment beside ours, where ``count`` of them share a task."""
    if count == 1:
        return _SAFE_PATH
    return _SAFE_PATH | {k: v for k, v in _ONE_THREAD.items() if k not in os.environ}


class _Crew:
    """The workers of one run, and what is still to be done."""

    def __init__(self, count: int, calls: Sequence[Call]) -> None:
        self.calls = calls
        self.said: queue.SimpleQueue[tuple[_Worker, Any]] = queue.SimpleQueue()
        self.environment = _environment(count)
        self.waiting = list(range(len(calls)))[::-1]
        self.tried: set[int] = set()
        self.outcome: dict[int, Returned | Raised | str] = {}
        self.busy: dict[_Worker, int] = {}
        self.look_at_s = time.monotonic() + _FIRST_LOOK_S
        # All are forked before any has a thread here: a fork of a process with threads may hang.
        self.idle = [self._hire() for _ in range(count)]

    def outcomes(self) -> Iterator[Returned | Raised | str]:
        """In the order of the calls; a text says why there is none."""
        for number in range(len(self.calls)):
            while number not in self.outcome:
                self._hand_out()
                self._wait()
            yield self.outcome.pop(number)

    def dismiss(self) -> None:
        """End what is under way, which nobody waits for; the others wait for the next run."""
        for worker in self.busy:
            worker.kill()
            worker.end()
        _rest_again(self.idle)
        self.busy, self.idle = {}, []

    def _hire(self, fresh: bool = False) -> _Worker:
        return (None if fresh else _rested(self.environment)) or _Worker(self.environment)

    def _hand_out(self) -> None:
        while self.waiting and self.idle:
            number = self.waiting.pop()
            worker = self.idle.pop()
            self.busy[worker] = number
            worker.begin(self.calls[number], self.said)

    def _wait(self) -> None:
        worker, answer = None, None
        with contextlib.suppress(queue.Empty):
            worker, answer = self.said.get(timeout=max(0.0, self.look_at_s - time.monotonic()))
        if time.monotonic() >= self.look_at_s:
            for each in self.busy:
                each.look()
            self.look_at_s = time.monotonic() + _LOOK_EVERY_S
        if worker is not None:
            self._take(worker, answer)

    def _take(self, worker: _Worker, answer: Any) -> None:
        number = self.busy.pop(worker)
        if isinstance(answer, Returned | Raised):
            self.outcome[number] = answer
            self.idle.append(worker)
            return
        why = worker.end()
        if number in self.tried or worker.took_too_long:
            self.outcome[number] = why
        else:
            self.tried.add(number)
            self.waiting.append(number)
        if self.waiting:
            self.idle.append(self._hire(fresh=True))


class _Worker:
    """One process, and what it is doing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.place = _place(environment)
        try:
            self._process = start_process(environment)
        except OSError as error:
            why = error.strerror or error
            raise UsageFault(f"no process can be started to check files in: {why}") from error
        self._given: queue.SimpleQueue[tuple[Call, queue.SimpleQueue[Any]] | None]
        self._given = queue.SimpleQueue()
        self._talks = False
        self._call: Call | None = None
        self._killed_for = ""
        self._used_s = 0.0
        self._looked_at_s = 0.0
        self._memory: Any = None
        self.took_too_long = False

    @property
    def alive(self) -> bool:
        return self._process.alive

    def begin(self, call: Call, said: queue.SimpleQueue[Any]) -> None:
        self._call, self._used_s, self._looked_at_s = call, 0.0, time.monotonic()
        if not self._talks:
            self._talks = True
            threading.Thread(target=self._talk, daemon=True).start()
        self._given.put((call, said))

    def _talk(self) -> None:
        """In a thread: neither a worker that does not read nor one that does not answer blocks."""
        while (given := self._given.get()) is not None:
            call, said = given
            try:
                send(self._process.calls, call)
                answer = receive(self._process.answers)
            except Exception:
                # It ended, or what it says cannot be read, which comes to the same.
                self._process.kill()
                said.put((self, None))
                break
            said.put((self, answer))
            # Nothing of a call is kept until the next one comes.
            del given, call, said, answer
        self._process.calls.close()
        self._process.answers.close()

    def look(self) -> None:
        """Kill it where it took too much time or memory."""
        assert self._call is not None
        now = time.monotonic()
        self._used_s += min(now - self._looked_at_s, _MOST_BETWEEN_LOOKS_S)
        self._looked_at_s = now
        if self._used_s > self._call.check_s:
            self.took_too_long = True
            self._killed_for = (
                f"checking it took longer than {self._call.check_s:g} s (the bound `check-s`)"
            )
        elif self._memory_bytes() > self._call.memory_bytes:
            most_mb = self._call.memory_bytes / 1e6
            self._killed_for = (
                f"checking it took more than {most_mb:,.0f} MB of memory (the bound `memory-mb`)"
            )
        if self._killed_for:
            self._process.kill()

    def _memory_bytes(self) -> int:
        import psutil

        with contextlib.suppress(psutil.Error):
            self._memory = self._memory or psutil.Process(self._process.pid)
            return int(self._memory.memory_info().rss)
        return 0

    def kill(self) -> None:
        self._process.kill()
        self._given.put(None)

    def end(self) -> str:
        """See the process end; returns why it did."""
        code = self._process.end()
        if self._killed_for:
            return self._killed_for
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            return f"the process that checked it crashed ({name}); the file may be damaged"
        return f"the process that checked it ended (exit code {code})"


# Idle workers, between two runs.
_rest: list[_Worker] = []
_resting = threading.Lock()


def _place(environment: Mapping[str, str]) -> tuple[Any, ...]:
    """Where a worker lives: one from elsewhere would find other files, or other settings."""
    try:
        folder = f"{Path.cwd()}"
    except OSError:
        folder = ""
    return folder, {**os.environ, **environment}


def _rested(environment: Mapping[str, str]) -> _Worker | None:
    place = _place(environment)
    with _resting:
        for worker in list(_rest):
            if not worker.alive:
                _rest.remove(worker)
            elif worker.place == place:
                _rest.remove(worker)
                return worker
    return None


def _rest_again(workers: Sequence[_Worker]) -> None:
    with _resting:
        _rest.extend(workers)
        while len(_rest) > (os.cpu_count() or 1):
            eldest = _rest.pop(0)
            eldest.kill()
            eldest.end()


@atexit.register
def _dismiss_all() -> None:
    for worker in _rest:
        worker.kill()


def _forget_all() -> None:
    """A copy of this process must not talk through the same pipes."""
    global _resting
    _resting = threading.Lock()
    _forgotten.extend(_rest)
    _rest.clear()


# Kept, since letting go of them would close what is not ours.
_forgotten: list[_Worker] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
