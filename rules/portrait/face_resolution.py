"""The face has too few pixels.

What it measures: the sides of the square around the face that models cut out, in pixels of the
upright picture: about a third more than the face is high from forehead to chin.

Why it matters: The model animates what it can see: lips, lids and skin that are only a few pixels
wide come back as a smear.

How to mend it: Send the original instead of a reduced copy, move the camera closer, or crop to head
and shoulders and choose a picture whose face is larger. Enlarging the picture adds no detail.

References: the square is that of FFHQ's alignment, by which SadTalker and others cut (Karras, Laine
and Aila 2019, A Style-Based Generator Architecture for Generative Adversarial Networks); OmniHuman,
LivePortrait and EchoMimic guides ask for a face region of 512 px and more; absolute face size
matters (TMElyralab/MuseTalk#116, antgroup/echomimic#111).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Face, Judgement, at_least, rule


@dataclass(frozen=True)
class Limits:
    warn_below_px: float = 1024
    fail_below_px: float = 512


@rule("face-resolution", code="P10", medium="portrait", limits=Limits)
def face_resolution(face: Face, limits: Limits) -> Judgement:
    return at_least(
        face.square.side_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px,
        unit="px",
        where=face.square,
        says="The square around the face that models cut out is {measured} by {measured}; "
        "each side {limit}.",
    )
