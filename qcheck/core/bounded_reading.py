"""Files read within a bound: nothing that blocks, nothing that never ends.

A stranger may have put a pipe, a device or a file of many gigabytes where a file is expected. Only
regular files are opened, and no more memory is taken than there is content, up to the bound.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

__all__ = ["NotRegular", "TooLarge", "open_regular", "read_regular", "read_stdin"]

_CHUNK_BYTES = 1 << 16
# A pipe is opened without waiting for whoever writes to it, a terminal without becoming ours, and
# on Windows line ends stay as they are.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_KINDS = (
    (stat.S_ISDIR, "it is a folder, not a file"),
    (stat.S_ISFIFO, "it is a pipe, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
)


class NotRegular(OSError):
    """It is a folder, a pipe, a device or a socket; ``strerror`` says which."""


class TooLarge(OSError):
    """There is more in it than was asked for; ``strerror`` says how much is read."""


def read_regular(path: str | Path, most_bytes: int) -> bytes:
    """The whole content of a regular file of at most ``most_bytes``.

    Raises OSError, and nothing else, for whatever cannot be read; ``strerror`` completes
    "PATH: …". :class:`TooLarge` and :class:`NotRegular` are kinds of it.
    """
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most_bytes:
                raise _too_large(most_bytes, path)
            # Nearly always all of it, in the one buffer that is handed on. A file that grew, or
            # that says nothing of its size (/proc), goes on after that.
            start = _chunk(file, size + 1, path)
            rest = _rest(file, most_bytes - len(start), path, most_bytes)
            return start + rest if rest else start
    except MemoryError as error:
        raise _no_memory(path) from error


def read_stdin(most_bytes: int) -> bytes:
    """The whole of standard input, at most ``most_bytes``; waits for whoever writes it.

    Raises OSError as :func:`read_regular` does.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    try:
        return _rest(sys.stdin.buffer, most_bytes, "-", most_bytes)
    except MemoryError as error:
        raise _no_memory("-") from error
    except ValueError as error:
        raise OSError(errno.EBADF, "standard input is closed") from error


def open_regular(path: str | Path) -> io.FileIO:
    """Open a regular file for reading, unbuffered; never waits. Raises OSError, and nothing else.

    What a name stands for may change between two looks at it, so the open file is asked again.
    """
    try:
        # Asked before it is opened, since opening a device can already do something.
        _require_regular(Path(path).stat().st_mode, path)
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:
        # A zero byte, or half of a surrogate pair.
        raise OSError(errno.EINVAL, f"its name cannot be used: {error}", str(path)) from error
    try:
        _require_regular(os.fstat(descriptor).st_mode, path)
        return io.FileIO(descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _require_regular(mode: int, path: str | Path) -> None:
    if not stat.S_ISREG(mode):
        what = next((says for is_kind, says in _KINDS if is_kind(mode)), "it is not a file")
        raise NotRegular(errno.EINVAL, what, str(path))


def _rest(source: BinaryIO, left_bytes: int, path: str | Path, most_bytes: int) -> bytes:
    """What ``source`` still holds, in one growing buffer. Raises TooLarge beyond ``left_bytes``."""
    content = io.BytesIO()
    while chunk := _chunk(source, min(_CHUNK_BYTES, left_bytes + 1 - content.tell()), path):
        content.write(chunk)
        if content.tell() > left_bytes:
            raise _too_large(most_bytes, path)
    return content.getvalue()


def _chunk(source: BinaryIO, most_bytes: int, path: str | Path) -> bytes:
    chunk: bytes | None = source.read(most_bytes)
    if chunk is None:
        raise BlockingIOError(errno.EAGAIN, "it would have to be waited for", str(path))
    return chunk


def _too_large(most_bytes: int, path: str | Path) -> TooLarge:
    return TooLarge(errno.EFBIG, f"it is larger than {_size(most_bytes)}", str(path))


def _size(size_bytes: int) -> str:
    for unit_bytes, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")):
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.3g} {unit}"
    return f"{size_bytes} bytes"


def _no_memory(path: str | Path) -> OSError:
    return OSError(errno.ENOMEM, "there is not enough memory for it", str(path))
