"""What kind of background the portrait has.

What it measures: Hard outlines and unevenness behind the person, seen at the size of a thumbnail:
plain, softly blurred, an interior or exterior, transparent, or busy.

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
    warn_above_outlines: float = 0.20
    """Share of the background that is hard outlines."""
    plain_below_slope: float = 1.5
    """Mean slope of luma, levels a pixel of a thumbnail of 384 px."""
    plain_below_spread: float = 9.0
    """Standard deviation of lightness or colour in CIELAB: a vignette, not a blurred scene."""
    even_below_slope: float = 0.5
    """So smooth that it is plain however much lighter one side is."""
    soft_below_outlines: float = 0.01


@rule("background", code="P60", medium="portrait", limits=Limits)
def background(backdrop: Backdrop, limits: Limits) -> Judgement:
    if backdrop.transparent:
        return info("The background is transparent.", measured="transparent")
    if backdrop.outline_share > limits.warn_above_outlines:
        return warned(
            "The background is busy: {measured} of it is hard outlines; {wanted} at most is "
            "wanted.",
            measured=backdrop.outline_share,
            wanted=limits.warn_above_outlines,
            unit="share",
        )
    smooth = backdrop.mean_slope < limits.plain_below_slope
    if backdrop.mean_slope < limits.even_below_slope or (
        smooth and backdrop.spread < limits.plain_below_spread
    ):
        return info("The background is plain.", measured="plain")
    if backdrop.outline_share < limits.soft_below_outlines:
        return info("The background is softly blurred.", measured="bokeh")
    return info("The background shows a place, such as an office or a studio.", measured="place")
