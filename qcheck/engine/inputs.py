"""One thing to check: read once and whole, and which medium its place or its content gives it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from qcheck.core.errors import printable
from qcheck.media.file import File
from qcheck.media.sniff import MAX_FILE_BYTES, format_of_file

__all__ = [
    "STDIN",
    "Input",
    "fitting_role",
    "leads_nowhere",
    "medium_of",
    "medium_of_file",
    "read",
    "read_input",
]

STDIN = "-"
STDIN_NAME = "<stdin>"
_NO_TARGET = "it is a link to a file that is not there"


@dataclass(frozen=True)
class Input:
    """One thing to check: a file, or what stands in a payload."""

    name: str
    role: str | None = None
    """The medium that its place in a job gives it; None: as its content says."""
    data: bytes | None = field(default=None, repr=False)
    """The content where it is no file of its own."""
    shown: str | None = None
    """What reports call it; None: its name."""


def read_input(name: str, role: str | None = None) -> File:
    """Read one file of a job; what went wrong becomes part of it."""
    return read(Input(name, role))


def read(given: Input) -> File:
    """Read the file whole; what went wrong becomes part of it, for the rules to report."""
    name, role = given.name, given.role
    shown = STDIN_NAME if name == STDIN else printable(given.shown or name)
    try:
        if given.data is not None:
            data = given.data
        elif name == STDIN:
            data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        fault = f"it cannot be read: {reason}"
        if leads_nowhere(Path(name)):
            fault = _NO_TARGET
        return File(shown, b"", fault=fault, role=role)
    if len(data) > MAX_FILE_BYTES:
        return File(shown, b"", fault=f"it is larger than {MAX_FILE_BYTES / 1e9:.1f} GB", role=role)
    return File(shown, data, role=role)


def fitting_role(name: str, roles: str) -> str:
    """The one of ``video or picture`` that the file is; the first where it is none of them."""
    choices = roles.split(" or ")
    medium = medium_of_file(name) if len(choices) > 1 else None
    found = "picture" if medium == "portrait" and "picture" in choices else medium
    return found if found in choices else choices[0]


def medium_of(given: Input) -> str | None:
    if given.role is not None or given.name == STDIN:
        return given.role
    return medium_of_file(given.name)


def medium_of_file(name: str) -> str | None:
    """The medium of a file's content; None where it is unknown, or the file cannot be read."""
    try:
        found = format_of_file(Path(name))
    except (OSError, MemoryError):
        return None
    return found.medium if found else None


def leads_nowhere(path: Path) -> bool:
    """Whether it is a link to what is not there: git-annex leaves those for what it holds back."""
    try:
        return path.is_symlink() and not path.exists()
    except (OSError, ValueError):
        return False
