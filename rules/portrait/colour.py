"""The picture is grey, or has a strong colour cast.

What it measures: Whether the picture has any colour, and whether the colour of the skin lies where
human skin of every tone lies: between red and yellow, neither pale as paper nor strongly tinted.

Why it matters: A grey portrait gives a grey clip, and a green or blue face stays one; models that
were trained on natural colour render both worse.

How to mend it: Set the camera's white balance to the light that you have, or click the
white-balance picker of an editor on something grey. Do not mix lamp light and daylight. Turn colour
filters off.

References: ISO/IEC 29794-5, natural colour (CIELAB a* 5 to 25, b* 5 to 35); CIE 15:2018.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Colour, Face, Judgement, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    grey_below_chroma: float = 4.0
    """CIELAB chroma that nearly all of the picture stays below."""
    skin_hue_from_deg: float = 12.0
    skin_hue_to_deg: float = 82.0
    hue_counts_from_chroma: float = 6.0
    """Less chroma has no hue to speak of."""
    skin_chroma_above: float = 48.0


@rule("colour", code="P54", medium="portrait", limits=Limits)
def colour(colour: Colour, face: Face, limits: Limits) -> Judgement:
    if colour.chroma_p95 < limits.grey_below_chroma:
        return warned("The picture is black and white.", measured="grey", wanted="colour")
    hue, chroma = colour.skin_hue_deg, colour.skin_chroma
    if chroma > limits.skin_chroma_above:
        return warned(
            "The skin is strongly tinted: its chroma is {measured}, that of natural skin up to "
            "{wanted}.",
            measured=chroma,
            wanted=limits.skin_chroma_above,
            where=face.region,
        )
    if chroma >= limits.hue_counts_from_chroma and not (
        limits.skin_hue_from_deg <= hue <= limits.skin_hue_to_deg
    ):
        return warned(
            f"The skin has a {_name(hue)} cast.",
            measured=_name(hue),
            wanted="between red and yellow",
            where=face.region,
        )
    return passed("The colours are natural.", measured=chroma)


def _name(hue_deg: float) -> str:
    """The everyday name of a CIELAB hue."""
    for upto, name in ((-150, "green"), (-50, "blue"), (-20, "violet"), (30, "pink"),
                       (110, "yellow-green"), (181, "green")):  # fmt: skip
        if hue_deg <= upto:
            return name
    return "green"
