"""Mutated media, decoded by the thousand: what crashes, hangs, eats memory, or is wrongly clean."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qcheck.media.sniff import sniff
from tools.attack.mutations import Mutated, mutated
from tools.attack.reading import Reading, read
from tools.attack.samples import Sample, samples
from tools.attack.second_opinion import complaint
from tools.attack.tally import Kept, Tally
from tools.attack.watched import ABORT, Ended, Limits, Reply, watched

__all__ = ["KINDS", "Campaign"]

SAME = "nothing changed"
SLIGHT = "not noticeable"
REPORTED = "reported"
UNPROVEN = "changed, nothing to prove it by"
WRONG = "wrong clean"
ESCAPED = "traceback"
KINDS = (SAME, SLIGHT, REPORTED, UNPROVEN, WRONG, ESCAPED)

BATCH = 400
# How often a file is mutated further that did something new, rather than a sound one.
_FROM_POOL = 0.3
_MOST_IN_POOL = 300


@dataclass(frozen=True)
class Outcome:
    """What came of one mutated file."""

    sample: int
    kind: str
    how: str
    novelty: tuple[object, ...]
    """What the decoder did, without its numbers: what is new is worth going on from."""
    says: str = ""
    difference: float = 0.0
    data: bytes | None = field(default=None, repr=False)
    """The file where it is worth keeping: it is new, or a fault of ours."""


class Campaign:
    """Goes on where it stopped; the same seed does the same."""

    def __init__(self, seed: int, keep: Path | None = None, only: str = "") -> None:
        self.samples: tuple[Sample, ...] = tuple(
            each for each in samples() if only.lower() in each.name.lower()
        )
        self.seed = seed
        self.kept = Kept(keep)
        self.tally = Tally()
        self.done = 0
        self.largest_bytes = 0
        self.slowest_s = 0.0
        self._originals: dict[int, Reading] = {}
        self._pool: dict[int, list[bytes]] = {i: [] for i in range(len(self.samples))}
        self._seen: set[tuple[object, ...]] = set()

    def run(self, *, count: int | None = None, until: float | None = None) -> None:
        """Try ``count`` files, or go on until that time (monotonic), whichever is first."""
        for number, sample in enumerate(self.samples):
            if number not in self._originals:
                self._originals[number] = read(sample.file_name, sample.data)
        stop = self.done + count if count is not None else None
        while (stop is None or self.done < stop) and (until is None or time.monotonic() < until):
            batch = BATCH if stop is None else min(BATCH, stop - self.done)
            replies = list(watched(range(self.done, self.done + batch), self._try, Limits()))
            # The pool must not change before the files that ended a child are made once more.
            for reply in sorted(replies, key=lambda each: each.made is not None and not each.ended):
                self._note(self.done + reply.number, reply)
            self.done += batch

    def _mutant(self, number: int) -> tuple[int, Mutated, bool]:
        """The sample that file ``number`` is made of, the file, and whether of a mutated one."""
        chance = random.Random(f"{self.seed}:{number}")
        chosen = number % len(self.samples)
        sample = self.samples[chosen]
        pool = self._pool[chosen]
        further = bool(pool) and chance.random() < _FROM_POOL
        base = chance.choice(pool) if further else sample.data
        alike = [each for each in self.samples if each.extension == sample.extension]
        other = chance.choice(alike if chance.random() < 0.7 else self.samples)
        return chosen, mutated(chance, base, other.data), further

    def _try(self, number: int) -> Outcome:
        chosen, mutant, further = self._mutant(number)
        sample, original = self.samples[chosen], self._originals[chosen]
        reading = read(sample.file_name, mutant.data)
        kind, apart, says = self._judge(sample, original, reading, mutant, further)
        novelty = (chosen, kind, *reading.novelty)
        new = novelty not in self._seen
        bad = kind in (WRONG, ESCAPED)
        data = mutant.data if new or bad else None
        return Outcome(chosen, kind, mutant.how, novelty, says, apart, data)

    def _judge(
        self,
        sample: Sample,
        original: Reading,
        reading: Reading,
        mutant: Mutated,
        further: bool,
    ) -> tuple[str, float, str]:
        if reading.crash:
            return ESCAPED, 0.0, reading.crash
        if reading.blocks or reading.findings - original.findings:
            return REPORTED, 0.0, ""
        apart, noticed = reading.apart_from(original)
        if apart == 0:
            return SAME, 0.0, ""
        if not noticed:
            return SLIGHT, apart, ""
        if says := complaint(mutant.data, sniff(mutant.data)):
            return WRONG, apart, f"the decoder said: {says}"
        if not further and not mutant.consistent and sample.proves(mutant):
            return WRONG, apart, "a checksum covers what was changed"
        return UNPROVEN, apart, ""

    def _note(self, number: int, reply: Reply[Outcome]) -> None:
        self.largest_bytes = max(self.largest_bytes, reply.grown_bytes)
        self.slowest_s = max(self.slowest_s, reply.seconds)
        if reply.ended is not None or reply.made is None:
            self._note_end(number, reply.ended or Ended(ABORT, "nothing came back"))
            return
        outcome = reply.made
        sample = self.samples[outcome.sample]
        self.tally.add(sample.name, outcome.kind, outcome.difference)
        if outcome.data is None:
            return
        if outcome.novelty not in self._seen:
            self._seen.add(outcome.novelty)
            pool = self._pool[outcome.sample]
            if len(pool) < _MOST_IN_POOL:
                pool.append(outcome.data)
        if outcome.kind in (WRONG, ESCAPED):
            self.kept.keep(outcome.kind, sample.extension, outcome.data, outcome.says, outcome.how)

    def _note_end(self, number: int, ended: Ended) -> None:
        chosen, mutant, _ = self._mutant(number)
        sample = self.samples[chosen]
        self.tally.add(sample.name, ended.kind, 0.0)
        self.kept.keep(ended.kind, sample.extension, mutant.data, ended.says, mutant.how)

    def lines(self) -> Iterator[str]:
        """A table of what came of all of it."""
        yield from self.tally.table("format", KINDS)

    @property
    def largest(self) -> str:
        """What the hungriest and the slowest file took."""
        return (
            f"At most {self.largest_bytes / 1e6:.0f} MB of memory beyond the process's own, and "
            f"{self.slowest_s:.1f} s, for one file."
        )
