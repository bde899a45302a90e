"""The eyes are out of focus.

What it measures: The blur of the sharpest edges around the eyes, expressed as the side of a sharp
face that would show the same detail, in pixels.

Why it matters: A model cannot animate lids, lashes and lips that it cannot see; a soft face stays
soft in every frame, and its mouth smears.

How to mend it: Focus on the eye that is nearer to the camera, use a faster shutter or a tripod
against shake, wipe the lens, and choose the sharpest picture of a series. Sharpening afterwards
gives edges, not detail.

References: Zhuo and Sim, Defocus map estimation from a single image, Pattern Recognition 44 (2011);
talking-head models look at a face of 256 to 512 px.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Detail, Face, Judgement, at_least, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_px: float = 256
    fail_below_px: float = 80
    """Detail of a face of this side."""
    blurred_from: float = 2.2
    """Pixels of the picture to a pixel of detail; below, the picture is as sharp as it is large."""


@rule("sharpness", code="P50", medium="portrait", limits=Limits)
def sharpness(detail: Detail, face: Face, limits: Limits) -> Judgement:
    # What an enlargement blurred is told by true-resolution.
    if detail.enlarged or detail.claimed_px < limits.blurred_from * detail.equivalent_px:
        return passed("The eyes are as sharp as the picture is large.")
    return at_least(
        detail.equivalent_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px,
        unit="px",
        where=face.region,
        says="The eyes are blurred: the face shows the detail of a sharp one of {measured}; "
        "{wanted} are wanted.",
    )
