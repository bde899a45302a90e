"""One place where foreign bytes are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Entry", "Misread"]


class Misread(Exception):
    """What was read is not what stands there, or was understood where it must not be."""


@dataclass(frozen=True)
class Entry:
    """A parser, and what it starts from."""

    name: str
    seeds: tuple[bytes, ...] = field(repr=False)
    read: Callable[[bytes], object] = field(repr=False)
    """Reads an input; returns what kind of answer that was. Raises :class:`Misread`."""
    refuses: tuple[type[Exception], ...] = ()
    """What it may raise: a refusal in words for a person."""
    words: tuple[bytes, ...] = field(default=(), repr=False)
    """Words of its language."""
    binary: bool = False
    """Whether bytes are changed rather than words."""
    pure: bool = True
    """Whether it is Python, whose branches a coverage-guided fuzzer sees."""
