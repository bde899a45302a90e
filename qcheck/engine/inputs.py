"""One thing to check: read once and whole, and which medium its place or its content gives it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from qcheck.core.bounded_reading import NotRegular, TooLarge, read_regular, read_stdin
from qcheck.core.bounds import Bounds
from qcheck.core.errors import printable
from qcheck.media.file import File
from qcheck.media.sniff import format_of_file

__all__ = [
    "STDIN",
    "Input",
    "fitting_role",
    "leads_nowhere",
    "medium_of",
    "medium_of_file",
    "read",
    "read_input",
    "with_standard_input",
]

STDIN = "-"
STDIN_NAME = "<stdin>"
_DEFAULT_BOUNDS = Bounds()
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
    fault: str | None = None
    """Why it could not be read, where that was tried already."""


def read_input(name: str, role: str | None = None) -> File:
    """Read one file of a job; what went wrong becomes part of it."""
    return read(Input(name, role))


def read(given: Input, bounds: Bounds = _DEFAULT_BOUNDS) -> File:
    """Read the file whole; what went wrong becomes part of it, for the rules to report."""
    shown = STDIN_NAME if given.name == STDIN else printable(given.shown or given.name)
    data, fault = given.data or b"", given.fault
    if given.data is None and fault is None:
        try:
            if given.name == STDIN:
                data = read_stdin(bounds.file_bytes)
            else:
                data = read_regular(given.name, bounds.file_bytes)
        except OSError as error:
            fault = _fault(given.name, error)
    return File(shown, data, fault=fault, role=given.role, bounds=bounds)


def with_standard_input(given: Input, bounds: Bounds) -> Input:
    """``given`` with what is in standard input, for a process that has none."""
    if given.name != STDIN or given.data is not None:
        return given
    file = read(given, bounds)
    return replace(given, data=file.data, fault=file.fault)


def _fault(name: str, error: OSError) -> str:
    if leads_nowhere(Path(name)):
        return _NO_TARGET
    reason = error.strerror or str(error) or type(error).__name__
    return reason if isinstance(error, TooLarge | NotRegular) else f"it cannot be read: {reason}"


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
