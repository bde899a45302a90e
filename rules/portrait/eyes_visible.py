"""The eyes cannot be seen: sunglasses, glare, hair.

What it measures: How surely each eye is covered, from 0 to 1, judged by the picture around the eye
against the sitter's own skin: its brightness, its hue and its edges; and the share of the eyes'
opening that is blown out by glare. Clear glasses are fine. On a head turned by more than 25
degrees, where the rim of clear glasses lies across an eye, only both eyes together are called
hidden. Dark glasses on another person, whose face is at least half as large, are a warning of their
own.

Why it matters: What the model cannot see of the eyes it invents, differently in every frame: they
shine through the dark glass, or the glasses melt.

How to mend it: Take off sunglasses and tinted glasses, brush hair out of the eyes. Against glare on
clear glasses, raise the lamp, or tilt the glasses down a little without lowering the head.

References: ISO/IEC 29794-5, eyes visible; ICAO 9303 (no tinted lenses, no flash reflections).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Box, Covering, Judgement, OtherEyes, at_most, rule


@dataclass(frozen=True)
class Limits:
    fail_above_covered: float = 0.5
    warn_above_glare_share: float = 0.15
    warn_above_other_covered: float = 0.5
    """Of anybody else in the picture: both eyes."""


@rule("eyes-visible", code="P33", medium=("portrait", "video"), limits=Limits)
def eyes_visible(covering: Covering, others: OtherEyes, limits: Limits) -> Iterator[Judgement]:
    most = limits.fail_above_covered
    right, left = covering.right_eye > most, covering.left_eye > most
    boxes = (covering.right_eye_box, covering.left_eye_box)
    where: tuple[Box, ...] = boxes
    if right and left:
        who = "Both eyes are"
    elif left:
        who, where = "The sitter's left eye is", boxes[1:]
    else:
        who, where = "The sitter's right eye is", boxes[:1]
    yield at_most(
        covering.eyes,
        fail=most,
        where=where,
        says=f"{who} hidden by dark glasses, hair or something else (certainty {{measured}} of 1).",
    )
    if not right and not left:
        yield at_most(
            covering.glare_share,
            warn=limits.warn_above_glare_share,
            unit="share",
            where=boxes,
            says="Glare hides {measured} of an eye; at most {wanted} is wanted.",
        )
    if others.boxes:
        yield at_most(
            others.covered,
            warn=limits.warn_above_other_covered,
            where=others.boxes,
            says="Another person's eyes are hidden by dark glasses, hair or something else "
            "(certainty {measured} of 1).",
        )
