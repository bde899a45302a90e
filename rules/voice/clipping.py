"""Peaks of the voice are cut off.

What it measures: the share of samples that lie in flat tops, three or more in a row at the highest
level of the file, and where they are. A clipped recording that was turned down later is found too;
so is one that was saved as MP3 afterwards, by peaks that are much flatter than the lower ones.

Why it matters: A cut-off wave crackles, and its false overtones look like other sounds to the
model: mouths open on consonants that nobody said.

How to mend it: Record again with the level lower, so that loud words peak at −6 dB. A declipper in
an audio editor can redraw a few peaks; it cannot save a recording that is clipped throughout.

References: Runs of three samples at the file's own peak tell hard clipping from none with an AUC
of 1.0, attenuated or not; counting samples at full scale does not (0.5). After MP3 the shape of the
peaks tells a cut of a thousandth of the samples from none with 0.99.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Clipping, Judgement, at_most, info, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_share: float = 0.0
    fail_above_share: float = 0.001
    fail_at_least_places: int = 2
    """A single place is a slip, however wide; where only its shape tells, it may be none."""


@rule("clipping", code="V23", medium="voice", limits=Limits)
def clipping(clipping: Clipping, limits: Limits) -> Judgement:
    if not clipping.spans:
        return passed("No peak is cut off.", measured=0.0, unit="share")
    if not clipping.exact and len(clipping.spans) < limits.fail_at_least_places:
        return info(
            "One peak is flatter than the others; whether it is cut off cannot be told.",
            measured=clipping.share,
            unit="share",
            where=clipping.spans,
        )
    many = len(clipping.spans) >= limits.fail_at_least_places
    places = "place" if len(clipping.spans) == 1 else "places"
    return at_most(
        clipping.share,
        warn=limits.warn_above_share,
        fail=limits.fail_above_share if many else None,
        unit="share",
        where=clipping.spans,
        says=f"Peaks are cut off in {len(clipping.spans)} {places}, {{measured}} of the recording; "
        "none should be.",
    )
