"""The picture was enlarged: its pixels hold less detail than they claim.

What it measures: The finest detail around eyes, lashes and brows, where every face has some,
against the pixels that the face has, and the traces that enlarging leaves. The result is the side
of a face that would hold the same detail without enlargement.

Why it matters: An enlarged picture passes every check of its size and renders like the small one
that it was.

How to mend it: Look for the original: the one from the camera or the generator, not the one from
a messenger, a web page or a thumbnail. Enlarging, also with "super resolution", adds pixels and
invents detail.

References: Field, Relations between the statistics of natural images and the response properties
of cortical cells, JOSA A 4 (1987); Gallagher, Detection of linear and cubic interpolation in JPEG
compressed images (CRV 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Detail, Face, Judgement, at_least, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_below_px: float = 1024
    fail_below_px: float = 512
    lost_from: float = 0.75
    """Probability that half of the detail is missing."""
    certain_from: float = 0.95
    """The same for an error."""
    blurred_below_px: float = 512
    """Below this much detail without signs of enlargement, blur is the cause: another rule."""


@rule("true-resolution", code="P51", medium="portrait", limits=Limits)
def true_resolution(detail: Detail, face: Face, limits: Limits) -> Judgement:
    if detail.lost < limits.lost_from or (
        not detail.enlarged and detail.equivalent_px < limits.blurred_below_px
    ):
        return passed("The face holds the detail that its pixels claim.")
    if detail.claimed_px < limits.fail_below_px and detail.equivalent_px < limits.warn_below_px:
        # Too few pixels to begin with is face-resolution's error; this is why more will not help.
        return warned(
            "The picture was enlarged: the face is {wanted} across and holds the detail of "
            "{measured}.",
            measured=detail.equivalent_px,
            wanted=detail.claimed_px,
            unit="px",
            where=face.region,
        )
    certain = detail.enlarged and detail.lost >= limits.certain_from
    return at_least(
        detail.equivalent_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px if certain else None,
        unit="px",
        where=face.region,
        says=f"The face is {detail.claimed_px:.0f} px across but holds the detail of {{measured}}; "
        "that {limit}.",
    )
