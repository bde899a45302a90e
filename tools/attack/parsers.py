"""Texts, headers, commands and kept files by the hundred thousand, given to whatever reads them."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tools.attack.entries import Entry, Misread, entries
from tools.attack.mutations import mutated
from tools.attack.tally import Kept, Tally
from tools.attack.text_mutations import mutated_text
from tools.attack.watched import ABORT, EXCESS, Ended, Limits, Reply, watched

__all__ = ["KINDS", "Parsers", "handle"]

READ = "read"
REFUSED = "refused"
MISREAD = "misread"
ESCAPED = "traceback"
KINDS = (READ, REFUSED, MISREAD, ESCAPED)

BATCH = 1500
# Every answer of a kind that was not seen before is worth going on from.
_FROM_POOL = 0.4
_MOST_IN_POOL = 400
_LIMITS = Limits(seconds=10.0, memory_bytes=1_000_000_000, address_bytes=6_000_000_000)


@dataclass(frozen=True)
class Outcome:
    """What came of one input."""

    kind: str
    novelty: object
    says: str = ""
    data: bytes | None = field(default=None, repr=False)
    """The input where it is worth keeping."""


def handle(entry: Entry, data: bytes) -> Outcome:
    """Give ``data`` to the reader. Raises nothing but what ends a process."""
    try:
        return Outcome(READ, entry.read(data))
    except Misread as fault:
        return Outcome(MISREAD, str(fault), str(fault), data)
    except MemoryError:
        raise
    except entry.refuses as refusal:
        # The first words of a refusal say which one it is.
        return Outcome(REFUSED, (type(refusal).__name__, str(refusal)[-24:]))
    except BaseException as error:
        trace = "".join(traceback.format_exception(error))
        return Outcome(ESCAPED, _place(error), trace, data)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    return f"{type(error).__name__} {last.filename if last else ''}:{last.lineno if last else 0}"


class Parsers:
    """Goes on where it stopped; the same seed does the same."""

    def __init__(self, seed: int, keep: Path | None = None, only: str = "") -> None:
        self.entries = tuple(each for each in entries() if only.lower() in each.name.lower())
        self.seed = seed
        self.kept = Kept(keep)
        self.tally = Tally()
        self.done = 0
        self.slowest: dict[str, float] = {}
        self._pool: dict[str, list[bytes]] = {each.name: list(each.seeds) for each in self.entries}
        self._seen: set[tuple[str, object]] = set()

    def run(self, *, count: int | None = None, until: float | None = None) -> None:
        """Try ``count`` inputs, or go on until that time (monotonic), whichever is first."""
        stop = self.done + count if count is not None else None
        while (stop is None or self.done < stop) and (until is None or time.monotonic() < until):
            size = BATCH if stop is None else min(BATCH, stop - self.done)
            entry = self.entries[self.done // BATCH % len(self.entries)]
            numbers = range(self.done, self.done + size)
            replies = list(watched(numbers, partial(self._try, entry), _LIMITS))
            # The pool must not change before the inputs that ended a child are made once more.
            for reply in sorted(replies, key=lambda each: each.made is not None):
                self._note(entry, numbers[reply.number], reply)
            self.done += size

    def _input(self, entry: Entry, number: int) -> bytes:
        chance = random.Random(f"{self.seed}:{entry.name}:{number}")
        pool = self._pool[entry.name]
        base = chance.choice(pool if chance.random() < _FROM_POOL else entry.seeds)
        if entry.binary:
            return mutated(chance, base, chance.choice(pool)).data
        return mutated_text(chance, base, pool, entry.words)

    def _try(self, entry: Entry, number: int) -> Outcome:
        data = self._input(entry, number)
        outcome = handle(entry, data)
        if outcome.data is None and (entry.name, outcome.novelty) not in self._seen:
            return Outcome(outcome.kind, outcome.novelty, outcome.says, data)
        return outcome

    def _note(self, entry: Entry, number: int, reply: Reply[Outcome]) -> None:
        self.slowest[entry.name] = max(self.slowest.get(entry.name, 0.0), reply.seconds)
        if reply.ended is not None or reply.made is None:
            ended = reply.ended or Ended(ABORT, "nothing came back")
            kind = EXCESS if "MemoryError" in ended.says else ended.kind
            self.tally.add(entry.name, kind)
            self.kept.keep(kind, "bin", self._input(entry, number), ended.says, entry.name)
            return
        outcome = reply.made
        self.tally.add(entry.name, outcome.kind)
        if outcome.data is None:
            return
        if outcome.kind in (MISREAD, ESCAPED):
            place = str(outcome.novelty) if outcome.kind == ESCAPED else ""
            self.kept.keep(outcome.kind, "bin", outcome.data, outcome.says, entry.name, place)
        elif (entry.name, outcome.novelty) not in self._seen:
            self._seen.add((entry.name, outcome.novelty))
            pool = self._pool[entry.name]
            if len(pool) < _MOST_IN_POOL and len(outcome.data) < 20_000:
                pool.append(outcome.data)

    @property
    def longest(self) -> str:
        """What took longest."""
        name = max(self.slowest, key=lambda each: self.slowest[each], default="nothing")
        return f"At most {self.slowest.get(name, 0.0):.1f} s for one input ({name})."

    def lines(self) -> Iterator[str]:
        """A table of what came of all of it."""
        yield from self.tally.table("what is read", KINDS)
