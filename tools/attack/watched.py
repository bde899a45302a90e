"""Calls that are watched from outside: one that crashes, hangs or eats memory costs only itself.

A batch of inputs is handled in a forked child. What the child makes of each input is written down
at once, and where it stands is kept in shared memory, so that the input which ended it is known
whatever ended it. Only where a process can be forked.
"""

from __future__ import annotations

import mmap
import os
import pickle
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Generic, TypeVar

__all__ = ["ABORT", "EXCESS", "HANG", "Ended", "Limits", "Reply", "watched"]

HANG = "hang"
ABORT = "abort"
EXCESS = "memory"

Given = TypeVar("Given")
Made = TypeVar("Made")

_PLACE = struct.Struct("=qd")
"""The number of the input that is being handled, and since when (monotonic seconds)."""
_LENGTH = struct.Struct("=Q")
_LOOK_EVERY_S = 0.02
# ru_maxrss counts in kilobytes, but in bytes on a Mac (getrusage(2)).
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Limits:
    """What one input may take."""

    seconds: float = 10.0
    memory_bytes: int = 2_000_000_000
    """Resident memory on top of what the child began with."""
    address_bytes: int = 6_000_000_000
    """Address space of the child, refused beyond that: no input takes the whole machine."""


@dataclass(frozen=True)
class Ended:
    """An input that ended its child, or took more than it may."""

    kind: str
    """:data:`HANG`, :data:`ABORT` or :data:`EXCESS`."""
    says: str


@dataclass(frozen=True)
class Reply(Generic[Made]):
    """What came of one input."""

    number: int
    made: Made | None
    ended: Ended | None
    seconds: float
    grown_bytes: int
    """How far the child's peak of resident memory rose."""


def watched(
    inputs: Sequence[Given], handle: Callable[[Given], Made], limits: Limits | None = None
) -> Iterator[Reply[Made]]:
    """Handle every input; a child that ended is followed by another one, with the next input.

    What ``handle`` raises is its own to catch: here it ends the child like any abort.
    """
    limits = limits or Limits()
    at = 0
    while at < len(inputs):
        for reply in _one_child(inputs, at, handle, limits):
            at = reply.number + 1
            yield reply


def _one_child(
    inputs: Sequence[Given], first: int, handle: Callable[[Given], Made], limits: Limits
) -> Iterator[Reply[Made]]:
    place = mmap.mmap(-1, _PLACE.size)
    place[:] = _PLACE.pack(first, time.monotonic())
    with tempfile.TemporaryFile(buffering=0) as written:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _be_child(inputs, first, handle, limits, place, written)
        try:
            hung, status = _wait(pid, place, limits)
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        number, since = _PLACE.unpack(place[:])
        written.seek(0)
        replies: list[Reply[Made]] = list(_replies(written))
    place.close()
    yield from replies
    done = replies[-1].number + 1 if replies else first
    if os.waitstatus_to_exitcode(status) != 0 and done < len(inputs):
        says = (
            f"it took more than {limits.seconds:g} s"
            if hung
            else f"the process ended: {_how(status)}"
        )
        ended = Ended(HANG if hung else ABORT, says)
        # The child may have died between two inputs; the one that it was about to begin is next.
        yield Reply(max(number, done), None, ended, time.monotonic() - since, 0)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _wait(pid: int, place: mmap.mmap, limits: Limits) -> tuple[bool, int]:
    """Whether the child had to be killed, and its status."""
    hung = False
    pause_s = 0.0005
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return hung, status
        _, since = _PLACE.unpack(place[:])
        if time.monotonic() - since > limits.seconds:
            hung = True
            os.kill(pid, signal.SIGKILL)
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LOOK_EVERY_S)


def _replies(written: IO[bytes]) -> Iterator[Reply[Any]]:
    """What was written down whole."""
    while len(length := written.read(_LENGTH.size)) == _LENGTH.size:
        (size,) = _LENGTH.unpack(length)
        data = written.read(size)
        if len(data) < size:
            return
        yield pickle.loads(data)


def _be_child(
    inputs: Sequence[Given],
    first: int,
    handle: Callable[[Given], Made],
    limits: Limits,
    place: mmap.mmap,
    written: IO[bytes],
) -> None:
    """Handle inputs until there are no more, or one took too much memory; never returns."""
    number = first
    try:
        # What native libraries say of broken files is nobody's to read here.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limits.address_bytes, limits.address_bytes))
        start = _peak_bytes()
        for number in range(first, len(inputs)):
            since = time.monotonic()
            place[:] = _PLACE.pack(number, since)
            made = handle(inputs[number])
            seconds, grown = time.monotonic() - since, _peak_bytes() - start
            ended = None
            if grown > limits.memory_bytes:
                ended = Ended(EXCESS, f"it took {grown / 1e6:.0f} MB")
            _write(written, Reply(number, made, ended, seconds, grown))
            if ended:
                break  # The peak never falls again: the next inputs need a fresh child.
        written.flush()
        os._exit(0)
    except BaseException:
        says = traceback.format_exc()
        _write(written, Reply(number, None, Ended(ABORT, says), 0.0, 0))
        written.flush()
        os._exit(0)
    finally:
        os._exit(1)


def _write(written: IO[bytes], reply: Reply[Any]) -> None:
    data = pickle.dumps(reply)
    written.write(_LENGTH.pack(len(data)) + data)


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_BYTES
