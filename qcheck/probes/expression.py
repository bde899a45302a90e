"""What the face expresses, from MediaPipe's blendshapes and the lips' landmarks."""

from __future__ import annotations

import numpy as np

from qcheck.probes.portrait import Expression, Face
from qcheck.results import Box

__all__ = ["measure_expression"]

_INNER_LIPS = ((13, 14), (82, 87), (312, 317))
_OUTER_LIPS = (61, 291, 0, 17)
_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
_CHIN = 152


def measure_expression(face: Face) -> Expression:
    points = face.landmarks_px[:, :2].astype(np.float64)
    eyes = np.add(face.right_eye_px, face.left_eye_px) / 2
    down = points[_CHIN] - eyes
    length = max(float(np.hypot(*down)), 1e-6)
    gaps = [
        float((points[lower] - points[upper]) @ down) / length**2 for upper, lower in _INNER_LIPS
    ]
    shapes = face.blendshapes

    def both(name: str) -> float:
        return (shapes.get(name + "Left", 0.0) + shapes.get(name + "Right", 0.0)) / 2

    return Expression(
        lip_gap_share=max(0.0, float(np.mean(gaps))),
        jaw_open=shapes.get("jawOpen", 0.0),
        smile=both("mouthSmile"),
        mouth_frown=both("mouthFrown"),
        brows_lowered=both("browDown"),
        brows_raised=max(shapes.get("browInnerUp", 0.0), both("browOuterUp")),
        mouth=_box(points[list(_OUTER_LIPS)]),
        brows=_box(points[list(_BROWS)]),
    )


def _box(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Box:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))
