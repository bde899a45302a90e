"""The face has too few pixels.

What it measures: the longer side of the face region (forehead to chin, ear to ear), in pixels of
the upright picture.

Why it matters: The model animates what it can see: lips, lids and skin that are only a few pixels
wide come back as a smear.

How to mend it: Send the original instead of a reduced copy, move the camera closer, or crop to head
and shoulders and choose a picture whose face is larger. Enlarging the picture adds no detail.

References: OmniHuman, LivePortrait and EchoMimic guides ask for a face region of 512 px and more;
absolute face size matters (TMElyralab/MuseTalk#116, antgroup/echomimic#111).
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
        face.region.side_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px,
        unit="px",
        where=face.region,
        says="The face is {measured} across; that {limit}.",
    )
