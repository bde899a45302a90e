"""Something is in front of the face.

What it measures: How surely nose, mouth and chin are covered together, from 0 to 1, judged by the
picture below the eyes against the sitter's own skin, in brightness, edges and hue. A beard, an open
mouth, a shadow or clear glasses are not a cover. A finger or a microphone before a part of the
mouth is face-unobstructed's business.

Why it matters: The mouth is what the clip is about. Where a mask, a hand or a microphone hides it,
the model paints lips on cloth or fingers, or tears them apart.

How to mend it: Take off mask and scarf, take the hand from the face, lower the microphone until
mouth and chin are free. An editor's retouching of a covered mouth invents a mouth, too.

References: fudan-generative-vision/hallo#172 (nothing in front of the face);
ShmuelRonen/ComfyUI-LatentSyncWrapper#199; ISO/IEC 29794-5:2025, mouth and face occlusion.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, LowerFace, at_most, rule


@dataclass(frozen=True)
class Limits:
    fail_above_covered: float = 0.5


@rule("face-visible", code="P34", medium=("portrait", "video"), limits=Limits)
def face_visible(lower: LowerFace, limits: Limits) -> Judgement:
    return at_most(
        lower.covered,
        fail=limits.fail_above_covered,
        where=lower.box,
        says="A mask, a hand or something else is in front of nose, mouth or chin "
        "(certainty {measured} of 1).",
    )
