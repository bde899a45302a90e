"""What a file's alpha hides."""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.core.probe import Inapplicable
from qcheck.media.content import Picture
from qcheck.probes.portrait import Faces, Transparency

__all__ = ["measure_transparency"]

_REDUCED_SIDE_PX = 1024
# Three levels of 255 are rounding of an encoder, not a mask.
_TRANSPARENT_BELOW = 3
_OPAQUE_FROM = 252


def measure_transparency(picture: Picture, faces: Faces) -> Transparency:
    """Shares of the picture and of the main face that are not opaque."""
    if picture.alpha is None:
        raise Inapplicable("the picture has no transparency")
    scale = min(1.0, _REDUCED_SIDE_PX / max(picture.alpha.shape))
    alpha = cv2.resize(picture.alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    hole = None
    if faces.faces:
        inside = np.zeros(alpha.shape, np.uint8)
        points = faces.faces[0].landmarks_px[:, :2] * scale
        cv2.fillConvexPoly(inside, cv2.convexHull(np.rint(points).astype(np.int32)), 1)
        within = alpha[inside > 0]
        hole = float((within < _OPAQUE_FROM).mean()) if within.size else None
    return Transparency(
        clear_share=float((alpha < _TRANSPARENT_BELOW).mean()),
        veiled_share=float(((alpha >= _TRANSPARENT_BELOW) & (alpha < _OPAQUE_FROM)).mean()),
        face_hole_share=hole,
    )
