"""Shared libraries of the system that our dependencies link against and their wheels do not carry.

A desktop has them all. A server or a slim container lacks those that draw, and then whatever looks
at pictures fails to load: a fault of the machine, told once, and no finding of any file.
"""

from __future__ import annotations

import ctypes
import re
import sys

from qcheck.core.errors import UsageFault, causes

__all__ = ["LibraryMissing", "missing_library"]

# What `ldd` shows of mediapipe 0.10.33 and of opencv-python 5.0.0.93 beyond what any Python needs,
# and the package of Debian and Ubuntu that brings it.
_FOR_PICTURES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
}

# What the loaders of glibc, musl and macOS say of a library that is not there, or is none.
_REFUSALS = (
    re.compile(
        r"(?P<name>[^\s:'\"]+\.so[.\d]*): (?:cannot open shared object file|file too short"
        r"|invalid ELF header|wrong ELF class|cannot read file data)"
    ),
    re.compile(r"Error loading shared library (?P<name>[^\s:]+):"),
    re.compile(r"Library not loaded: (?P<name>\S+)"),
)


class LibraryMissing(UsageFault):
    """The system lacks a library that one of our dependencies needs; the text is the message."""


def missing_library(error: BaseException) -> LibraryMissing | None:
    """What to tell where ``error`` came of a missing library of the system; None where it did not.

    The loader names one library and stops: the others that pictures need are tried here, so that
    one installation brings them all.
    """
    names = [name for each in causes(error) if (name := _refused(each))][:1]
    # OpenCV that failed to load speaks of a recursion the next time, and no more of the library.
    again = isinstance(error, ImportError) and "OpenCV" in str(error)
    if again or (names and names[0] in _FOR_PICTURES):
        names += [name for name in _not_loading() if name not in names]
    return LibraryMissing(_message(names)) if names else None


def _refused(error: BaseException) -> str | None:
    if not isinstance(error, ImportError | OSError):
        return None
    for refusal in _REFUSALS:
        # A library inside our own environment is a broken installation, which no package repairs.
        if (found := refusal.search(str(error))) and not found["name"].startswith(sys.prefix):
            return found["name"].rpartition("/")[2]
    return None


def _not_loading() -> list[str]:
    """The libraries for pictures that the loader does not find. Linux only: elsewhere none is."""
    if sys.platform != "linux":
        return []
    lacking = []
    for name in _FOR_PICTURES:
        try:
            ctypes.CDLL(name)
        except OSError:
            lacking.append(name)
    return lacking


def _message(names: list[str]) -> str:
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    says = f"this system lacks {listed}"
    packages = list(dict.fromkeys(_FOR_PICTURES.get(name, "") for name in names))
    if "" in packages:
        return f"{says}, which a library that qcheck runs needs: install the package that holds it"
    held = "these files" if others else "this file"
    return (
        f"{says}, so that pictures and videos cannot be checked: "
        f"`apt-get install {' '.join(packages)}` on Debian and Ubuntu, elsewhere the packages that "
        f"hold {held}. Recordings can be checked without"
    )
