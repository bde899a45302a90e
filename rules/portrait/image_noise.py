"""The skin is grainy.

What it measures: The noise on the smoothest parts of the face, in levels of 255, at the scale at
which models look at a face (512 pixels). Stubble, freckles and pores, sharpened ones as well,
are as rough in a smaller copy of the picture, where noise averages out, and do not count.

Why it matters: Grain is frozen into the first frame and then swims over the moving face.

How to mend it: Give the camera more light and a lower ISO. Remove noise gently in an editor, and
turn off film-grain effects.

References: Immerkær, Fast noise variance estimation, Computer Vision and Image Understanding 64
(1996); Field, Relations between the statistics of natural images and the response properties of
cortical cells, JOSA A 4 (1987).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Face, Grain, Inapplicable, Judgement, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_levels: float = 5.0
    tell_from_px: float = 256
    """A smaller face is hardly seen in a smaller copy."""


@rule("image-noise", code="P53", medium="portrait", limits=Limits)
def image_noise(grain: Grain, face: Face, limits: Limits) -> Judgement:
    if face.region.side_px < limits.tell_from_px:
        raise Inapplicable("the face is too small to tell grain from skin")
    return at_most(
        grain.sigma_levels,
        warn=limits.warn_above_levels,
        unit="levels",
        where=face.region,
        says="The grain on the skin is {measured} strong; it {limit}.",
    )
