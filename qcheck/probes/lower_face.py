"""Whether nose, mouth and chin are covered: masks, scarves, hands, microphones, cups.

Landmarks do not tell: the model that finds them guesses what it cannot see. What tells is the
picture itself, compared with the sitter's own skin.
"""

from __future__ import annotations

from qcheck.core.places import Box
from qcheck.probes.helpers.covers import check_seen, lower_probabilities
from qcheck.probes.portrait import AlignedFace, Face, HeadPose, LowerFace

__all__ = ["measure_lower_face"]

# Turned further, the aligned copy shows half a face. A mask hides the lower face from every side,
# so that more of a turn is borne than where single eyes are judged.
_MOST_YAW_DEG = 60.0

# Under a cover the model that finds landmarks guesses a closed mouth: jawOpen is .04 at most under
# 64 masks, hands and microphones, and more in a fifth of bare faces. A mouth that it sees open
# is seen, and the dark in one that is wide open is no thing before it; a dark ball before the mouth
# reads as .6.
_SEEN_OPEN = 0.2
_SEEN_WIDE_OPEN = 0.75


def measure_lower_face(aligned: AlignedFace, face: Face, pose: HeadPose) -> LowerFace:
    """Measure what is in front of nose, mouth and chin.

    Raises :class:`~qcheck.core.probe.Unmeasurable` for a face that is seen from the side, or in the
    dark.
    """
    check_seen(aligned.bgr, aligned.inside, pose.yaw_deg, _MOST_YAW_DEG)
    covered, part = lower_probabilities(aligned.bgr)
    open_share = face.blendshapes.get("jawOpen", 0.0)
    if open_share > _SEEN_OPEN:
        covered = 0.0
    if open_share > _SEEN_WIDE_OPEN:
        part = 0.0
    return LowerFace(covered=covered, part=part, box=_box(face))


def _box(face: Face) -> Box:
    region = face.region
    eyes = (face.right_eye_px[1] + face.left_eye_px[1]) / 2
    return Box(
        region.left_px,
        min(eyes + 0.25 * (region.bottom_px - eyes), region.bottom_px),
        region.right_px,
        region.bottom_px,
    )
