"""Where findings point to: numbers, anchors and what links say."""

from __future__ import annotations

from dataclasses import dataclass

from qcheck.core.places import Box, Span
from qcheck.core.results import Finding
from qcheck.core.wording import place

__all__ = ["MOST_LINKED", "Marked", "Spot"]

# A list of more links than this helps nobody; every spot is drawn all the same.
MOST_LINKED = 12


@dataclass(frozen=True)
class Spot:
    """One place that a finding points to."""

    anchor: str
    where: Box | Span
    said: str
    """The place, for a person."""


@dataclass(frozen=True)
class Marked:
    """A finding with its number in the file, and anchors for itself and its spots."""

    file: int
    number: int
    finding: Finding

    @property
    def anchor(self) -> str:
        return f"finding-{self.file}-{self.number}"

    @property
    def label(self) -> str:
        return self.finding.severity.label

    @property
    def spots(self) -> list[Spot]:
        return [
            Spot(f"spot-{self.file}-{self.number}-{i}", where, place(where))
            for i, where in enumerate(self.finding.judgement.where, 1)
        ]
