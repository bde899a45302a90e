"""What native libraries print while they decode: nobody sees it.

libpng, libtiff, FFmpeg, OpenCV, TFLite and others write to descriptors 1 and 2 themselves, past
Python, and quote what a file holds. While they are quiet, both descriptors lead nowhere, and
Python's own streams to where they led before. Log levels of single libraries are left alone: each
knows another way to be told, some print whatever they are told, and none of them would make the
next library quiet.

What a library says when it ends the process (``double free or corruption``) is lost as well; that
the process died is reported all the same, and a core dump says more.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from qcheck.core.terminal import TerminalStream

__all__ = [
    "descriptors_as_given",
    "is_descriptor",
    "quiet_natives",
    "silence_natives",
    "silence_worker",
]

_NAMES = {1: "stdout", 2: "stderr"}

_lock = threading.Lock()
_uses = 0
_given: dict[int, int] = {}
"""While natives are quiet: a duplicate of each descriptor as it was given to the process."""


def silence_worker() -> None:
    """In a worker: what Python prints goes to standard error, and is for the author of a plugin.

    Standard output is the report's. A worker that is a copy of a quiet process still knows where
    its standard error led; one that such a process started anew does not, and nobody sees it.
    """
    silence_natives()
    if sys.stderr is not None and not isinstance(sys.stderr, TerminalStream):
        sys.stderr = TerminalStream(sys.stderr)
    sys.stdout = sys.stderr
    with _lock:
        if 1 in _given:
            # Whoever reads the report must see it end.
            os.close(_given.pop(1))


def silence_natives() -> None:
    """Make native libraries quiet for as long as the process lives."""
    global _uses
    with _lock:
        _uses += 1
        if _uses == 1:
            _begin()


@contextlib.contextmanager
def quiet_natives() -> Iterator[None]:
    """Make native libraries quiet in the block, in every thread."""
    global _uses
    streams = {name: getattr(sys, name) for name in _NAMES.values()}
    silence_natives()
    try:
        yield
    finally:
        with _lock:
            _uses -= 1
            if _uses == 0:
                _end(streams)


def _begin() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    for descriptor, name in _NAMES.items():
        try:
            kept = os.dup(descriptor)
        except OSError:
            os.dup2(null, descriptor)
            continue
        _given[descriptor] = kept
        _move(name, descriptor, kept)
        os.dup2(null, descriptor)
    # Standard streams that were closed stay taken: a file with their number would be written to.
    if null > max(_NAMES):
        os.close(null)


def _move(name: str, descriptor: int, kept: int) -> None:
    """Let Python's own stream write to ``kept`` if it writes to ``descriptor``."""
    stream = getattr(sys, name)
    if not _writes_to(stream, descriptor):
        return
    stream.flush()
    moved: TextIO = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(kept, "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        # As `python -u` and PYTHONUNBUFFERED ask for it, too.
        line_buffering=descriptor == 2
        or stream.isatty()
        or getattr(stream, "write_through", False),
    )
    setattr(sys, name, TerminalStream(moved) if isinstance(stream, TerminalStream) else moved)


def _writes_to(stream: TextIO | None, descriptor: int) -> bool:
    try:
        return stream is not None and stream.fileno() == descriptor
    except (OSError, ValueError):
        return False


def _end(streams: dict[str, TextIO]) -> None:
    for descriptor, kept in _given.items():
        name = _NAMES[descriptor]
        if _writes_to(getattr(sys, name), kept):
            with contextlib.suppress(OSError, ValueError):
                getattr(sys, name).flush()
            setattr(sys, name, streams[name])
        os.dup2(kept, descriptor)
        os.close(kept)
    _given.clear()


@contextlib.contextmanager
def descriptors_as_given() -> Iterator[None]:
    """In the block the descriptors lead where they led: for a program that takes our place."""
    with _lock:
        silenced = {descriptor: os.dup(descriptor) for descriptor in _given}
        for descriptor, kept in _given.items():
            os.dup2(kept, descriptor)
    try:
        yield
    finally:
        with _lock:
            for descriptor, null in silenced.items():
                os.dup2(null, descriptor)
                os.close(null)


def is_descriptor(path: Path, descriptor: int) -> bool:
    """Whether ``path`` is what the process was given as ``descriptor``: /dev/stdout, say."""
    with descriptors_as_given():
        try:
            return os.path.samestat(path.stat(), os.fstat(descriptor))
        except (OSError, ValueError):
            return False
