"""Counting what came of attacks, and keeping the inputs of those that got through."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.attack.watched import ABORT, EXCESS, HANG

__all__ = ["BAD", "Found", "Kept", "Tally", "without_numbers"]

ENDS = (HANG, EXCESS, ABORT)
BAD = frozenset((*ENDS, "traceback", "wrong clean", "misread"))
"""What must never be counted."""

_NUMBER = re.compile(r"0x[0-9a-f]+|\d+(?:\.\d+)?")


def without_numbers(text: str) -> str:
    """What a message says, whichever file it is of."""
    return _NUMBER.sub("#", text)


class Tally:
    """How often what came of what."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.largest: dict[str, float] = defaultdict(float)

    def add(self, name: str, kind: str, difference: float = 0.0) -> None:
        self.counts[name][kind] += 1
        self.largest[name] = max(self.largest[name], difference)

    @property
    def totals(self) -> Counter[str]:
        return sum(self.counts.values(), Counter())

    @property
    def bad(self) -> int:
        return sum(count for kind, count in self.totals.items() if kind in BAD)

    def table(self, what: str, kinds: Sequence[str]) -> Iterator[str]:
        """A Markdown table, with every kind that must never be counted, and a sum below."""
        columns = [*kinds, *(kind for kind in ENDS if kind not in kinds)]
        yield f"| {what} | tried | " + " | ".join(columns) + " |"
        yield "|---|--:|" + "--:|" * len(columns)
        for name, counts in self.counts.items():
            yield _row(name, counts, columns)
        if len(self.counts) > 1:
            yield _row("**all**", self.totals, columns)


def _row(name: str, counts: Counter[str], columns: Sequence[str]) -> str:
    numbers = " | ".join(f"{counts[kind]:,}" for kind in columns)
    return f"| {name} | {counts.total():,} | {numbers} |"


@dataclass(frozen=True)
class Found:
    """A fault that an input showed."""

    kind: str
    says: str
    how: str
    digest: str
    extension: str


class Kept:
    """Inputs that got through: one for each fault, in a folder where one is named."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.found: dict[tuple[str, ...], Found] = {}

    def keep(
        self, kind: str, extension: str, data: bytes, says: str, how: str, place: str = ""
    ) -> None:
        """Write ``data`` down if its fault, or the place in the code that it shows, is new."""
        # Of several messages the first is the cause.
        told = without_numbers(says.partition(" / ")[0])[-300:]
        key = (kind, how, place) if place else (kind, extension, told)
        if key in self.found:
            return
        digest = hashlib.sha256(data).hexdigest()[:12]
        self.found[key] = Found(kind, says, how, digest, extension)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"{kind.replace(' ', '-')}-{digest}"
            (self.folder / f"{name}.{extension}").write_bytes(data)
            (self.folder / f"{name}.txt").write_text(f"{how}\n{says}\n", "utf-8")

    def lines(self) -> Iterator[str]:
        for found in self.found.values():
            last = found.says.strip().splitlines()[-1] if found.says.strip() else ""
            yield f"- {found.kind}: {found.digest}.{found.extension} ({found.how}): {last[:200]}"
