"""The face is too dark or too bright.

What it measures: How bright the lit skin came out, or the whites of the eyes, which are nearly
alike in everybody, where they are the brighter of the two: so a dark skin in good light passes.
Where nothing in the whole picture is bright, no collar, no lamp, no catch of light, a lit face that
is brighter than that is too dark as well. And the share of skin that is clipped to black or to
full scale.

Why it matters: What is black or blown out holds no features to animate, and a dark face comes back
dark, noisy and smeared.

How to mend it: Take the picture again with exposure correction (+1 or −1), light the face rather
than the room, and do not stand in front of a window. A raw file can be developed brighter by two
stops; a JPEG by one.

References: ISO/IEC 29794-5, under- and over-exposure; ICAO 9303 part 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Exposure, Face, Judgement, at_least, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_below_luminance: float = 0.11
    fail_below_luminance: float = 0.03
    """Linear light of lit skin; full scale is 1. At .16, about 11 of 183 very dark-skinned sitters
    in ordinary studio light were called too dark."""
    warn_below_picture_luminance: float = 0.25
    """Of the brightest parts of the picture, and of lit skin with them: of 430 portraits with faces
    of every tone none has both, three stops less light gives it to all, two to four in five."""
    warn_above_blown: float = 0.05
    fail_above_blown: float = 0.25
    """Share of the skin with two colours or more at full scale."""
    warn_above_crushed: float = 0.05
    fail_above_crushed: float = 0.25
    """Share of the skin that is black."""


@rule("exposure", code="P42", medium=("portrait", "video"), limits=Limits)
def exposure(exposure: Exposure, face: Face, limits: Limits) -> Iterator[Judgement]:
    dark = _darkness(exposure, face, limits)
    yield dark
    if dark.severity is None:
        yield at_most(
            exposure.crushed_share,
            warn=limits.warn_above_crushed,
            fail=limits.fail_above_crushed,
            unit="share",
            where=face.region,
            says="{measured} of the face's skin is black without detail; {wanted} at most is "
            "wanted.",
        )
    yield at_most(
        exposure.blown_share,
        warn=limits.warn_above_blown,
        fail=limits.fail_above_blown,
        unit="share",
        where=face.region,
        says="{measured} of the face's skin is blown out; {wanted} at most is wanted.",
    )


def _darkness(exposure: Exposure, face: Face, limits: Limits) -> Judgement:
    lit = exposure.lit_luminance
    dim = limits.warn_below_picture_luminance
    if lit >= limits.warn_below_luminance and exposure.lit_skin_luminance < dim:
        picture = at_least(
            exposure.picture_luminance,
            warn=dim,
            unit="share",
            where=face.region,
            says="The picture is too dark: its brightest parts reach {measured} of full "
            "brightness; {wanted} are wanted.",
        )
        if picture.severity is not None:
            return picture
    return at_least(
        lit,
        warn=limits.warn_below_luminance,
        fail=limits.fail_below_luminance,
        unit="share",
        where=face.region,
        says="The face is too dark: its lit parts reach {measured} of full brightness; {wanted} "
        "are wanted.",
    )
