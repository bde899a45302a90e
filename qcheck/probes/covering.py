"""Whether something is in front of the face: dark glass, hair, masks, hands, microphones.

Landmarks do not tell: the model that finds them guesses what it cannot see. What tells is the
picture itself, compared with the sitter's own skin.
"""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.probes.helpers.aligned_face import EYE_MIDPOINT_PX, INTER_EYE_PX
from qcheck.probes.helpers.covers import (
    CHEEKS,
    check_seen,
    cut_out,
)
from qcheck.probes.helpers.eyes import eye_box
from qcheck.probes.helpers.lenses import eye_probabilities
from qcheck.probes.portrait import AlignedFace, Covering, Face, HeadPose, LowerFace

__all__ = ["measure_covering"]

# Turned further, the rim of a clear lens lies across the near eye, and the far one is narrow: what
# is seen before one eye alone is no evidence there, but dark glass hides both. Clear glasses on
# other people turned by 25 to 39 degrees were called covered in two of four pictures.
_LEAST_TURNED_DEG = 25.0

# Above this the skin itself is nearly blown, and glare cannot be told from light.
_BRIGHT_SKIN_LEVELS = 225.0
_BLOWN_LEVELS = 250


def measure_covering(
    aligned: AlignedFace, face: Face, pose: HeadPose, lower: LowerFace
) -> Covering:
    """Measure what is in front of the main face.

    Raises :class:`~qcheck.core.probe.Unmeasurable` for a face that is seen from the side, or in the
    dark.
    """
    check_seen(aligned.bgr, aligned.inside, pose.yaw_deg)
    right, left = eye_probabilities(aligned.bgr)
    if abs(pose.yaw_deg) > _LEAST_TURNED_DEG:
        right = left = min(right, left)
    return Covering(
        right_eye=right,
        left_eye=left,
        lower_face=lower.covered,
        glare_share=_glare_share(aligned),
        right_eye_box=eye_box(face, 0),
        left_eye_box=eye_box(face, 1),
        lower_face_box=lower.box,
    )


def _glare_share(aligned: AlignedFace) -> float:
    """Share of the worse eye's opening that is blown out while the skin below it is not."""
    luma = cv2.cvtColor(aligned.bgr, cv2.COLOR_BGR2GRAY)
    skin = float(np.median(cut_out(luma.astype(np.float32), CHEEKS)))
    if skin > _BRIGHT_SKIN_LEVELS:
        return 0.0
    x, y = EYE_MIDPOINT_PX
    half = INTER_EYE_PX / 2
    shares = []
    for centre in (x - half, x + half):
        eye = luma[round(y - 5) : round(y + 6), round(centre - 11) : round(centre + 12)]
        shares.append(float((eye >= _BLOWN_LEVELS).mean()))
    return max(shares)
