"""Single flipped bits, and whether anybody is told.

A flip is wrongly "clean" where what is decoded differs from the original, no rule says a word, and
a checksum of the format could have told. Where a format has none for its pixels or samples, a
flipped bit yields another file that is as valid as the first, and nothing can be proven; the table
says how many such flips there are, and how large the differences.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qcheck.core.job import Job
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.registry import load_rules
from qcheck.media.content import Decoding, Picture, Recording
from qcheck.media.decode import decode
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from tools.attack.transcodes import Transcode

__all__ = ["TITLE", "Row", "difference", "flipped", "line"]

# What nobody notices: a picture in which no pixel differs by more than 3 of 255 levels in any
# channel (1 % of the scale is about the least step that is seen, ITU-R BT.2246 section 2), and
# sound that differs by less than 0.001 of full scale, 60 dB below it: under any room's noise.
SEEN = 3 / 255
HEARD = 0.001


@dataclass(frozen=True)
class Row:
    """What came of all flips of one file."""

    name: str
    flips: int
    same: int
    """Flips that change nothing of what is decoded."""
    reported: int
    unsaid: int
    """Flips that change what is decoded, and of which nothing is said."""
    noticeable: int
    """Those among them that somebody could see or hear."""
    largest: float
    """The largest difference among them, as a share of full scale."""
    proves_all: bool

    @property
    def wrong_clean(self) -> int:
        """Flips of which something could have been said: where checksums cover every bit."""
        return self.unsaid if self.proves_all else 0


TITLE = (
    "| format | flips | nothing changed | reported | changed, nothing to prove it by "
    "| of them noticeable | largest difference | wrong clean |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
)


def line(row: Row) -> str:
    """One row of the table."""
    largest = f"{100 * row.largest:.1f} %" if row.unsaid else "–"
    return (
        f"| {row.name} | {row.flips} | {row.same} | {row.reported} "
        f"| {row.unsaid - row.wrong_clean} | {row.noticeable} | {largest} | {row.wrong_clean} |"
    )


def flipped(transcode: Transcode, flips: int, seed: int) -> Row:
    """Flip one bit at a time in the pixels or the sound of ``transcode``."""
    whole = decode(File(f"whole.{transcode.extension}", transcode.data))
    same = reported = 0
    wrong: list[float] = []
    noticed = 0
    for data in _damaged(transcode, flips, seed):
        evidence = Evidence(File(f"damaged.{transcode.extension}", data))
        said = _findings(evidence)
        apart = difference(whole, evidence.get(Decoding))
        if said:
            reported += 1
        elif apart == 0:
            same += 1
        else:
            wrong.append(apart)
            noticed += apart > (SEEN if isinstance(whole.content, Picture) else HEARD)
    return Row(
        transcode.name,
        flips,
        same,
        reported,
        len(wrong),
        noticed,
        max(wrong, default=0.0),
        transcode.proves_all,
    )


def _damaged(transcode: Transcode, flips: int, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(flips):
        data = bytearray(transcode.data)
        data[chance.randrange(transcode.payload_from, len(data))] ^= 1 << chance.randrange(8)
        yield bytes(data)


def _findings(evidence: Evidence) -> int:
    rule = next(each for each in load_rules().all if each.name == "readable")
    outcome = run_rule(Selected(rule, rule.limits()), evidence, Job())
    return sum(each.severity is not None for each in outcome.judgements)


def difference(whole: Decoding, damaged: Decoding) -> float:
    """The largest difference of any pixel or sample, as a share of full scale."""
    one, other = whole.content, damaged.content
    if isinstance(one, Picture) and isinstance(other, Picture):
        if one.bgr.shape != other.bgr.shape:
            return 1.0
        return float(np.abs(one.bgr.astype(np.int16) - other.bgr).max()) / 255
    if isinstance(one, Recording) and isinstance(other, Recording):
        if one.samples.shape != other.samples.shape:
            return 1.0
        return float(np.abs(one.samples - other.samples).max())
    return 1.0
