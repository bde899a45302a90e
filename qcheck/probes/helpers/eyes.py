"""Which points of MediaPipe's mesh make up an eye, and where an eye is in the picture."""

from __future__ import annotations

import numpy as np

from qcheck.core.places import Box
from qcheck.probes.portrait import Face

__all__ = ["EYES", "IRISES", "IRIS_RIM", "LID_CONTOURS", "eye_box"]

# One row an eye, sitter's right first: corners in the picture's reading direction, iris centre, and
# pairs of points on the upper and the lower lid.
EYES = (
    (33, 133, 468, ((159, 145), (160, 144), (158, 153))),
    (362, 263, 473, ((386, 374), (385, 380), (387, 373))),
)
# The lids' contours, and the irises: centre first, then points on the rim.
LID_CONTOURS = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
IRISES = ((468, 469, 470, 471, 472), (473, 474, 475, 476, 477))
# The iris as MediaPipe draws it lies a little inside its dark rim.
IRIS_RIM = 1.15


def eye_box(face: Face, eye: int) -> Box:
    """Where an eye is, with lids: 0 the sitter's right, 1 the left."""
    one, other, _, _ = EYES[eye]
    left, right = face.landmarks_px[one, :2], face.landmarks_px[other, :2]
    x, y = (float(value) for value in (left + right) / 2)
    half = 0.65 * float(np.hypot(*(right - left)))
    return Box(x - half, y - half * 0.7, x + half, y + half * 0.7)
