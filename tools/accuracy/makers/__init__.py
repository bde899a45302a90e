"""Defects made on purpose, on sound files, so that the truth is known by construction.

A maker is a function that takes a decoded file and a random generator, and returns a :class:`Made`.
Constructed cases are reported apart from real ones: they show that a measure measures what it says,
and nothing about how often a defect is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

__all__ = ["MAKERS", "Made", "makes"]


@dataclass(frozen=True)
class Made:
    """A file with a known defect."""

    data: bytes
    suffix: str
    """With its dot: what the file would be called."""
    truth: Mapping[str, float | str] = field(default_factory=dict)
    """What is known about it, beside and before the labels of the file that it was made from."""


F = TypeVar("F", bound=Callable[..., "Made"])

MAKERS: dict[str, tuple[Literal["portrait", "voice"], Callable[..., Made]]] = {}


def makes(medium: Literal["portrait", "voice"]) -> Callable[[F], F]:
    """Register a maker under its function's name.

    A portrait's maker takes ``(picture, rng, …)``, ``picture`` as (height, width, 3) uint8 BGR; a
    voice's ``(samples, rate_hz, rng, …)``, ``samples`` as (frames,) float32. The rest are the
    trial's own parameters, by name; ``corpus`` is filled in with the corpus's folder.
    """

    def register(function: F) -> F:
        if function.__name__ in MAKERS:
            raise ValueError(f"two makers are called {function.__name__}")
        MAKERS[function.__name__] = medium, function
        return function

    return register
