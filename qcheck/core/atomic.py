"""Files that are written whole or not at all, whatever happens on the way."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["hidden_beside", "whole", "write_whole"]


@contextmanager
def hidden_beside(target: Path) -> Iterator[IO[bytes]]:
    """A hidden file in the folder of ``target``, with the permissions that a new file gets.

    It is there when the block has ended, under its ``name``, and gone if the block raised.
    """
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=".qcheck-", suffix=".part", delete=False
    ) as file:
        try:
            yield file
            file.flush()
            Path(file.name).chmod(_mode(target))
        except BaseException:
            with contextlib.suppress(OSError):
                Path(file.name).unlink()
            raise


@contextmanager
def whole(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``target`` when the block has ended without an error.

    A link stays one: what it points to is written.
    """
    real = Path(os.path.realpath(target))
    with hidden_beside(real) as file:
        yield file
    try:
        Path(file.name).replace(real)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(file.name).unlink()
        raise


def write_whole(target: Path, content: str | bytes) -> None:
    """Write ``content``; what no encoding holds is escaped. Raises OSError."""
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    with whole(target) as file:
        file.write(data)


def _mode(target: Path) -> int:
    """The permissions of ``target``, or those that a new file gets here."""
    with contextlib.suppress(OSError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
