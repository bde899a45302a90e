"""The picture was enlarged: its pixels hold less detail than they claim.

What it measures: The finest detail around eyes, lashes and brows, where every face has some,
against the pixels that the face has. The result is the side of a face that would hold the same
detail without enlargement.

Why it matters: An enlarged picture passes every check of its size and renders like the small one
that it was.

How to mend it: Look for the original: the one from the camera or the generator, not the one from
a messenger, a web page or a thumbnail. Enlarging, also with "super resolution", adds pixels and
invents detail.

References: Zhuo and Sim, Defocus map estimation from a single image, Pattern Recognition 44 (2011);
Gallagher, Detection of linear and cubic interpolation in JPEG compressed images (CRV 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Detail, Face, Judgement, at_least, info, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_px: float = 1024
    fail_below_px: float = 512
    enlarged_from: float = 1.8
    """Pixels of the picture to a pixel of detail, where enlargement has left its trace."""
    coarse_from: float = 2.2
    """The same without a trace; sharp cameras and lenses reach up to 2.0."""
    blurred_below_px: float = 256
    """Below this much detail in a picture without traces of enlargement, focus is the cause."""


@rule("true-resolution", code="P51", medium="portrait", limits=Limits)
def true_resolution(detail: Detail, face: Face, limits: Limits) -> Judgement:
    full = passed("The face holds the detail that its pixels claim.")
    coarse = limits.enlarged_from if detail.enlarged else limits.coarse_from
    if detail.claimed_px < coarse * detail.equivalent_px:
        return full
    if detail.equivalent_px < limits.blurred_below_px and not detail.enlarged:
        return full
    if detail.claimed_px < limits.fail_below_px:
        # Too few pixels to begin with: face-resolution has its finding, this one adds the cause.
        return info(
            "The picture was enlarged: the face holds the detail of {measured}.",
            measured=detail.equivalent_px,
            unit="px",
            where=face.region,
        )
    return at_least(
        detail.equivalent_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px,
        unit="px",
        where=face.region,
        says=f"The face is {detail.claimed_px:.0f} px across but holds the detail of {{measured}}; "
        "{wanted} are wanted.",
    )
