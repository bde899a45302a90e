"""What libtiff and libpng write to standard error: they go on over damage, and say so nowhere else.

Pillow and OpenCV hand none of it on. What others write at the same time is passed on.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from qcheck.core.errors import printable

__all__ = ["NativeMessages", "native_messages"]

_STANDARD_ERROR = 2

# "Fax4Decode: Bad code word at line 3 of strip 0 (x 1).", "tempfile.tif: Using code not yet in
# table", "JPEGLib: Unsupported marker type 0xf6", "libpng warning: IDAT: incorrect data check", and
# OpenCV's own way to say the same: "[ERROR:0@9.037] global grfmt_tiff.cpp:117 TIFF_Error …".
_NATIVE = re.compile(
    r"(?:tempfile\.tif|TIFF\w*|_TIFF\w*|JPEGLib|\w*(?:Decode|Setup|Fetch|Read|Seek)\w*): "
    r"|libpng (?:error|warning): |\[ ?(?:ERROR|WARN|INFO)\S*\] "
)
# What a picture is none the worse for: odd tags, profiles that are passed over.
_HARMLESS = re.compile(r"libpng warning: (?!IDAT)|\[ ?(?:WARN|INFO)")

_lock = threading.Lock()


class NativeMessages:
    """What was said until the block ended."""

    damage: str | None = None
    """The first message that tells of damage."""


@contextmanager
def native_messages() -> Iterator[NativeMessages]:
    """Collect what native code writes to standard error."""
    said = NativeMessages()
    with _lock, tempfile.TemporaryFile() as taken:
        try:
            before = os.dup(_STANDARD_ERROR)
        except OSError:
            # It is closed: nobody hears anything.
            yield said
            return
        os.dup2(taken.fileno(), _STANDARD_ERROR)
        try:
            yield said
        finally:
            os.dup2(before, _STANDARD_ERROR)
            os.close(before)
            said.damage = _sorted(taken)


def _sorted(taken: IO[bytes]) -> str | None:
    """The first message of damage; what is none of native code's goes where it was to go."""
    damage = None
    taken.seek(0)
    for line in taken.read().splitlines(keepends=True):
        text = line.decode("utf-8", "replace")
        if not _NATIVE.match(text):
            with contextlib.suppress(OSError):
                os.write(_STANDARD_ERROR, line)
        elif damage is None and not _HARMLESS.match(text):
            damage = printable(" ".join(text.split())).rstrip(".")[:120]
    return damage
