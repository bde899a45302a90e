"""What one rule says of one file, at a length that a report can hold.

A payload of forty thousand wrong keys is forty thousand findings. What is listed is bounded; what
is not listed is counted, and weighs as much as if it were.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable

from qcheck.core.results import Judgement, Severity
from qcheck.core.wording import shortened

__all__ = ["MOST_LISTED", "bounded"]

MOST_LISTED = 1000
"""Judgements of one rule, and spots of one judgement; captions of an hour have about as many."""
_LONGEST_TEXT = 2000


def bounded(said: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """The first of ``said``, with one more for each severity that was left out.

    That one has the lowest score of those that it stands for, and its text changes with theirs: a
    baseline that knows it knows them, and no others.
    """
    listed: list[Judgement] = []
    rest: dict[Severity | None, _Rest] = {}
    for each in said:
        if len(listed) < MOST_LISTED:
            listed.append(_short(each))
        else:
            rest.setdefault(each.severity, _Rest()).add(each)
    order = sorted(rest, key=lambda severity: severity or 0, reverse=True)
    return (*listed, *(rest[severity].judgement(severity) for severity in order))


class _Rest:
    """What is counted and not listed, all of one severity."""

    def __init__(self) -> None:
        self.count = 0
        self.score = 100.0
        self.texts = hashlib.sha256()

    def add(self, judgement: Judgement) -> None:
        self.count += 1
        self.score = min(self.score, judgement.score)
        self.texts.update(f"{judgement.message}\0".encode("utf-8", "backslashreplace"))

    def judgement(self, severity: Severity | None) -> Judgement:
        # In letters: a baseline takes numbers for what moves.
        sum_ = self.texts.hexdigest()[:16].translate(_IN_LETTERS)
        more = "one more like these is" if self.count == 1 else f"{self.count} more like these are"
        message = f"{more} not listed (checksum of their texts: {sum_}).".capitalize()
        return Judgement(severity, message, self.score, measured=self.count)


_IN_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _short(judgement: Judgement) -> Judgement:
    fits = (
        len(judgement.message) <= _LONGEST_TEXT
        and len(judgement.where) <= MOST_LISTED
        and not any(
            isinstance(value, str) and len(value) > _LONGEST_TEXT
            for value in (judgement.measured, judgement.wanted)
        )
    )
    if fits:
        return judgement
    return dataclasses.replace(
        judgement,
        message=shortened(judgement.message, _LONGEST_TEXT),
        where=judgement.where[:MOST_LISTED],
        measured=_short_value(judgement.measured),
        wanted=_short_value(judgement.wanted),
    )


def _short_value(value: float | str | None) -> float | str | None:
    return shortened(value, _LONGEST_TEXT) if isinstance(value, str) else value
