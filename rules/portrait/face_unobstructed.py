"""A hand, a microphone or hair is in front of a part of the lower face.

What it measures: How surely any part of nose, mouth or chin is hidden, from 0 to 1, judged by the
picture below the eyes against the sitter's own skin. Preview: of real hands at the face most are
missed, because a hand is skin before skin; the rule is off unless asked for.

Why it matters: A finger on the lip or a microphone before the chin moves with the mouth in the
clip: the model takes it for a part of the face and melts the two together.

How to mend it: Ask the sitter to put the hands down, take the microphone out of the frame or well
below the chin, and brush hair behind the ears.

References: fudan-generative-vision/hallo#172 (nothing in front of the face);
ISO/IEC 29794-5:2025, face occlusion.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Covering, Inapplicable, Judgement, RuleStatus, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_covered: float = 0.5


@rule(
    "face-unobstructed",
    code="P36",
    medium="portrait",
    limits=Limits,
    status=RuleStatus.PREVIEW,
)
def face_unobstructed(covering: Covering, limits: Limits) -> Judgement:
    if covering.mouth_covered:
        raise Inapplicable("the lower face as a whole is covered, which face-visible tells")
    return at_most(
        covering.lower_part,
        warn=limits.warn_above_covered,
        where=covering.lower_face_box,
        says="A hand, a microphone or hair seems to be in front of nose, mouth or chin "
        "(certainty {measured} of 1).",
    )
