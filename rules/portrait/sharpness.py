"""The eyes are out of focus, or the picture is shaken.

What it measures: How much of the fine detail that its pixels claim the picture really holds around
the eyes, in every direction, expressed as the side of a sharp face that would show the same detail,
in pixels.

Why it matters: A model cannot animate lids, lashes and lips that it cannot see; a soft face stays
soft in every frame, and its mouth smears.

How to mend it: Focus on the eye that is nearer to the camera, use a faster shutter or a tripod
against shake, wipe the lens, and choose the sharpest picture of a series. Sharpening afterwards
gives edges, not detail.

References: Field, Relations between the statistics of natural images and the response properties
of cortical cells, JOSA A 4 (1987); talking-head models look at a face of 256 to 512 px.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Detail, Face, Judgement, Severity, at_least, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_px: float = 512
    fail_below_px: float = 64
    """Detail of a face of this side."""
    lost_from: float = 0.75
    """Probability that half of the detail is missing; below, the picture is as sharp as large."""


# A clip made from a blurred portrait is blurred throughout; in a video only the mouth is made anew,
# and what surrounds it stays as it is.
@rule(
    "sharpness",
    code="P50",
    medium=("portrait", "video"),
    limits=Limits,
    frames_at_most=Severity.WARNING,
)
def sharpness(detail: Detail, face: Face, limits: Limits) -> Judgement:
    # What an enlargement blurred is told by true-resolution.
    if detail.lost < limits.lost_from or detail.enlarged:
        return passed("The eyes are as sharp as the picture is large.")
    return at_least(
        detail.equivalent_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px,
        unit="px",
        where=face.region,
        says="The eyes are blurred: the face shows the detail of a sharp one of {measured}; "
        "it {limit}.",
    )
