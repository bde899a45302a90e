"""The eyes are too high or too low in the picture.

What it measures: the height of the eyes from the upper edge, as a share of the picture's height.
Of several faces of comparable size, the mean counts.

Why it matters: Portraits are framed with the eyes on the line one third from the top, and the
models have learnt from such pictures. Eyes far from it mean that the head is cut off, or that the
face is small and lost in the frame.

How to mend it: Crop again so that the eyes lie one third from the top, with the shoulders visible.

References: the rule of thirds in the talking-head framing guides; ICAO 9303 wants the eyes 30 to
50 % from the top of a passport picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Framing, Judgement, rule, within


@dataclass(frozen=True)
class Limits:
    warn_outside_share: tuple[float, float] = (0.25, 0.45)
    fail_outside_share: tuple[float, float] = (0.15, 0.60)


@rule("eye-line", code="P13", medium="portrait", limits=Limits)
def eye_line(framing: Framing, limits: Limits) -> Judgement:
    height = (
        framing.group_eye_height_share if framing.comparable_faces > 1 else framing.eye_height_share
    )
    return within(
        height,
        warn=limits.warn_outside_share,
        fail=limits.fail_outside_share,
        unit="share",
        where=framing.face,
        says="The eyes are {measured} of the height from the top; about a third is wanted "
        "(limit {wanted}).",
    )
