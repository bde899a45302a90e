"""Captions flicker: the gap between two is too short to be seen as one.

What it measures: the time between the end of a caption and the start of the next.

Why it matters: A gap of a frame or two looks like a flicker, not like a new caption.

How to mend it: Let the first caption stay until the next begins, or leave two frames and more.

References: Netflix Timed Text Style Guide: two frames at least, or none.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Captions, Judgement, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_below_s: float = 0.08
    """Two frames at 25 a second; captions that touch have no gap."""


@rule("caption-gaps", code="C04", medium="captions", limits=Limits)
def caption_gaps(captions: Captions, limits: Limits) -> Judgement:
    gaps = list(zip(captions.gaps_s, captions.cues[1:], strict=True))
    short = [(gap_s, after) for gap_s, after in gaps if 1e-3 < gap_s < limits.warn_below_s - 1e-3]
    if short:
        gap_s, cue = min(short, key=lambda pair: pair[0])
        return warned(
            f"Gaps between captions are so short that they flicker: {len(short)} of {len(gaps)}, "
            f"the shortest, before caption {cue.number}, lasts {{measured}}; none, or {{wanted}} "
            "and more, is wanted.",
            measured=gap_s,
            wanted=limits.warn_below_s,
            unit="s",
            where=[each.span for _, each in short],
        )
    return passed("No gap flickers.", measured=len(gaps))
