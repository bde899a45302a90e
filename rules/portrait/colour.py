"""The picture is grey, or has a strong colour cast.

What it measures: Whether the picture has any colour; whether skin, the whites of the eyes and the
brightest parts of the picture have the colours that they have together in white light, whatever the
tone of the skin and the colour of the wall; whether the skin is strongly tinted; and whether it is
bluer than the whites of the eyes, as no light makes it.

Why it matters: A grey portrait gives a grey clip, and a green or blue face stays one; models that
were trained on natural colour render both worse.

How to mend it: Set the camera's white balance to the light that you have, or click the
white-balance picker of an editor on something grey. Do not mix lamp light and daylight. Turn colour
filters off. Where skin is blue, swap red and blue back (programs that take BGR for RGB swap them),
or invert the negative.

References: ISO/IEC 29794-5, natural colour (CIELAB a* 5 to 25, b* 5 to 35); CIE 15:2018; Land, The
retinex theory of color vision, Scientific American 237 (1977).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Colour, Face, Judgement, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    grey_below_chroma: float = 4.0
    """CIELAB chroma that nearly all of the picture stays below."""
    skin_hue_from_deg: float = 12.0
    skin_hue_to_deg: float = 82.0
    hue_counts_from_chroma: float = 6.0
    """Less chroma has no hue to speak of."""
    skin_chroma_above: float = 48.0
    cast_from: float = 0.8
    """Probability of a strong cast."""
    blue_skin_below_stops: float = -0.5
    """Red against blue of skin, in powers of two. None of 93 portraits of 14 sets is below."""


@rule("colour", code="P54", medium="portrait", limits=Limits)
def colour(colour: Colour, face: Face, limits: Limits) -> Judgement:
    if colour.chroma_p95 < limits.grey_below_chroma:
        return warned("The picture is black and white.", measured="grey", wanted="colour")
    if (
        colour.skin_warmth_stops < limits.blue_skin_below_stops
        and colour.warmer_than_white_stops < 0
        and colour.skin_chroma >= limits.hue_counts_from_chroma
    ):
        return failed(
            "The skin has a colour that no light gives: red and blue are swapped, or the picture "
            "is a negative.",
            measured="blue skin",
            wanted="skin that is redder than the whites of the eyes",
            where=face.region,
        )
    hue, chroma = colour.skin_hue_deg, colour.skin_chroma
    if chroma > limits.skin_chroma_above:
        return warned(
            "The skin is strongly tinted: its chroma is {measured}, that of natural skin up to "
            "{wanted}.",
            measured=chroma,
            wanted=limits.skin_chroma_above,
            where=face.region,
        )
    hue_is_off = not limits.skin_hue_from_deg <= hue <= limits.skin_hue_to_deg
    if colour.cast >= limits.cast_from or (chroma >= limits.hue_counts_from_chroma and hue_is_off):
        name = _name(colour.cast_hue_deg)
        return warned(
            f"The picture has a {name} cast.",
            measured=name,
            wanted="the colours of white light",
            where=face.region,
        )
    return passed("The colours are natural.", measured=chroma)


def _name(hue_deg: float) -> str:
    """The everyday name of a CIELAB hue."""
    for upto, name in (
        (-165, "green"),
        (-45, "blue"),
        (-15, "violet"),
        (25, "red"),
        (65, "orange"),
        (105, "yellow"),
        (181, "green"),
    ):
        if hue_deg <= upto:
            return name
    return "green"
