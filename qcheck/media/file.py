"""A file as it came: its name, its bytes, and what its first bytes say that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from qcheck.core.bounds import Bounds
from qcheck.core.media import UNKNOWN
from qcheck.media.sniff import Format, sniff

__all__ = ["File"]

_DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True)
class File:
    """One input, read whole.

    ``name`` is what the user typed (``-`` for standard input) and what every report calls it.
    """

    name: str
    data: bytes = field(repr=False)
    fault: str | None = None
    """Why it could not be read, as a clause; ``data`` is empty then."""
    role: str | None = None
    """The medium that its place in a job gives it; None: as its content says."""
    bounds: Bounds = _DEFAULT_BOUNDS
    """How much of it is decoded, at most."""

    @cached_property
    def format(self) -> Format | None:
        """What the content is; None where it is nothing that qcheck knows."""
        return sniff(self.data)

    @property
    def medium(self) -> str:
        if self.role is not None:
            return self.role
        return self.format.medium if self.format else UNKNOWN

    @property
    def extension(self) -> str:
        """Lower case, without the dot; empty for standard input."""
        return PurePath(self.name).suffix.lower().removeprefix(".")

    @property
    def size_bytes(self) -> int:
        return len(self.data)
