"""What kind of background the portrait has.

What it measures: Hard outlines and unevenness behind the person, and how wide outlines are, seen at
the size of a thumbnail: plain, softly blurred, an interior or exterior, transparent, or busy.

Why it matters: Plain backgrounds look professional and are easy to composite, a soft blur looks
natural, an office or a studio suits business. A busy background competes with the face, and
flickers when the model moves the head in front of it.

How to mend it: Step away from the wall or the shelf, open the aperture, use portrait mode, or
replace the background with a plain one.

References: ISO/IEC 29794-5, background uniformity (mean Sobel of the background).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Backdrop, Judgement, info, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_outlines: float = 0.18
    """Share of the background that is hard outlines."""
    told_from: float = 0.6
    """Probability from which the kind of background is named without reserve: nine in ten of these
    are right on sets that were left out, and six in ten of the others.
    """


@rule("background", code="P60", medium="portrait", limits=Limits)
def background(backdrop: Backdrop, limits: Limits) -> Judgement:
    if backdrop.kind == "transparent":
        return info("The background is transparent.", measured="transparent")
    if backdrop.outline_share > limits.warn_above_outlines:
        return warned(
            "The background is busy: {measured} of it is hard outlines; {wanted} at most is "
            "wanted.",
            measured=backdrop.outline_share,
            wanted=limits.warn_above_outlines,
            unit="share",
        )
    surely = "" if backdrop.certainty >= limits.told_from else "probably "
    if backdrop.kind == "plain":
        return info(f"The background is {surely}plain.", measured="plain")
    if backdrop.kind == "soft":
        return info(f"The background is {surely}softly blurred.", measured="bokeh")
    return info(
        f"The background {surely}shows a place, such as an office or a studio.", measured="place"
    )
