"""The process that checks files: it answers one call after another, and may be killed at any time.

It talks through two pipes, in pickled messages with their length in front. Whoever started it is
the only one who writes to them; when that process ends, this one ends.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import queue
import signal
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from qcheck.core.native_chatter import silence_worker

__all__ = ["Call", "Raised", "Returned", "receive", "send", "serve"]

_LENGTH = struct.Struct("!Q")
_PIECE_BYTES = 1 << 20

# Whoever started this process kills it when the time is up. Should that process itself be killed
# while this one hangs in native code, this one ends so much later, without help of Python.
_LAST_RESORT_S = 30.0


@dataclass(frozen=True)
class Call:
    """What a worker is asked for, and how long it may take."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    check_s: float
    memory_bytes: int


@dataclass(frozen=True)
class Returned:
    """What the function returned."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """What the function raised."""

    error: BaseException


def send(pipe: IO[bytes], message: Any) -> None:
    """Write a message to an unbuffered pipe. Raises OSError where nobody reads any more."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    for part in (_LENGTH.pack(len(data)), data):
        left = memoryview(part)
        while left:
            left = left[pipe.write(left) :]


def receive(pipe: IO[bytes]) -> Any:
    """The next message. Raises EOFError where there will be none."""
    (size,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, size))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = pipe.read(min(size - len(data), _PIECE_BYTES))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


def serve(calls: IO[bytes], answers: IO[bytes]) -> NoReturn:
    """Answer calls until there are no more; never returns."""
    _settle()
    waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
    threading.Thread(target=_read_calls, args=(calls, waiting), daemon=True).start()
    with Path(os.devnull).open("w") as nowhere:
        while True:
            call = waiting.get()
            faulthandler.dump_traceback_later(
                call.check_s + _LAST_RESORT_S, exit=True, file=nowhere
            )
            answer = _answer(call)
            faulthandler.cancel_dump_traceback_later()
            try:
                send(answers, answer)
            except OSError:
                os._exit(1)
            # What was read for this call is not kept until the next one comes.
            del call, answer


def _read_calls(calls: IO[bytes], waiting: queue.SimpleQueue[Call]) -> None:
    """In a thread of its own, so that the end of whoever asks is seen while a call is under way."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            waiting.put(receive(calls))
    os._exit(1)


def _answer(call: Call) -> Returned | Raised:
    try:
        return Returned(call.function(*call.arguments))
    except BaseException as error:
        try:
            pickle.dumps(error)
        except Exception:
            return Raised(RuntimeError(f"{type(error).__name__}: {error}"))
        return Raised(error)


def _settle() -> None:
    """Be a process in its own right, that whoever started it ends."""
    # Ctrl-C reaches every process of a terminal; the one that was called decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Standard output is the report's.
    with Path(os.devnull).open("r+b") as nowhere:
        os.dup2(nowhere.fileno(), 0)
        try:
            os.dup2(2, 1)
        except OSError:
            os.dup2(nowhere.fileno(), 1)
    silence_worker()
    sys.stdin = None
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        # A hostile file that crashes a decoder would leave gigabytes behind.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        # Where Linux runs out of memory, it ends this process and none that waits for it.
        Path("/proc/self/oom_score_adj").write_text("1000")
