"""A hand, a microphone or hair is in front of a part of the face.

What it measures: How far a hand comes in from the face's outline, in widths of the face, as a model
of hands finds it; and how surely something else hides a part of nose, mouth or chin, from 0 to 1,
judged by the picture against the sitter's own skin. A hand that only touches hair or ear is not in
front of the face. Small things are often missed: a headset's microphone, a lock of hair, a fist.

Why it matters: A finger on the lip or a microphone before the chin moves with the mouth in the
clip: the model takes it for a part of the face and melts the two together.

How to mend it: Ask the sitter to put the hands down, take the microphone out of the frame or well
below the chin, and brush hair behind the ears.

References: fudan-generative-vision/hallo#172 (nothing in front of the face);
ISO/IEC 29794-5:2025, face occlusion; MediaPipe hand landmarker.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import HandAtFace, Inapplicable, Judgement, LowerFace, at_most, listed, rule

# What the clip is made of: a hand before it leaves the model nothing to animate.
_FEATURES = ("an eye", "the nose", "the mouth")


@dataclass(frozen=True)
class Limits:
    warn_above_reach_share: float = 0.02
    """How far a hand may come in from the face's outline, in widths of the face."""
    fail_above_reach_share: float = 0.02
    """The same for a hand that hides an eye, the nose or the mouth."""
    warn_above_covered: float = 0.8
    """How surely, 0 to 1, something else may hide a part of nose, mouth or chin."""


@rule("face-unobstructed", code="P36", medium="portrait", limits=Limits)
def face_unobstructed(hand: HandAtFace, lower: LowerFace, limits: Limits) -> Judgement:
    if lower.is_covered:
        raise Inapplicable("nose, mouth and chin are covered, which face-visible reports")
    if hand.reach_share > min(limits.warn_above_reach_share, limits.fail_above_reach_share):
        hides = any(part in _FEATURES for part in hand.over)
        over = listed(hand.over)
        return at_most(
            hand.reach_share,
            warn=limits.warn_above_reach_share,
            fail=limits.fail_above_reach_share if hides else None,
            unit="share",
            where=hand.hand,
            says=f"A hand is in front of {over}: it covers {{measured}} of the face's width."
            if over
            else "A hand touches the face: it comes in by {measured} of the face's width.",
        )
    return at_most(
        lower.part,
        warn=limits.warn_above_covered,
        where=lower.box,
        says="Something seems to be in front of nose, mouth or chin: a microphone, a cup, hair "
        "(certainty {measured} of 1).",
    )
