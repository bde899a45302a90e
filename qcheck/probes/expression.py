"""What the face expresses, from MediaPipe's blendshapes and the landmarks' distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.probes.helpers.expressions import geometry, shape, weighed
from qcheck.probes.portrait import Expression, Face

__all__ = ["measure_expression", "mouth_features"]

_OUTER_LIPS = (61, 291, 0, 17)
_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)

# What a gap of closed lips reads at most; keeps its logarithm finite.
_CLOSED_LIPS_SHARE = 0.01

_MOUTH_SHAPES = ("mouthSmile", "jawOpen", "mouthUpperUp", "mouthLowerDown", "mouthStretch")


def measure_expression(face: Face) -> Expression:
    points = face.landmarks_px[:, :2].astype(np.float64)
    return Expression(
        lip_gap_share=float(geometry(face)[0]),
        mouth_open=weighed("mouth_open", mouth_features(face)),
        jaw_open=shape(face, "jawOpen"),
        smile=shape(face, "mouthSmile"),
        mouth_frown=shape(face, "mouthFrown"),
        brows_lowered=shape(face, "browDown"),
        brows_raised=max(shape(face, "browInnerUp"), shape(face, "browOuterUp")),
        mouth=_box(points[list(_OUTER_LIPS)]),
        brows=_box(points[list(_BROWS)]),
    )


def mouth_features(face: Face) -> NDArray[np.float32]:
    """(9,): what tells an open mouth or bared teeth from closed lips."""
    gap, _, width, corners, *_ = geometry(face)
    return np.array(
        [
            np.log(_CLOSED_LIPS_SHARE + gap),
            gap,
            width,
            corners,
            *(shape(face, name) for name in _MOUTH_SHAPES),
        ],
        np.float32,
    )


def _box(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Box:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))
