"""What the face expresses, from MediaPipe's blendshapes and the landmarks' distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.probes.helpers import weights
from qcheck.probes.portrait import Expression, Face

__all__ = ["geometry", "measure_expression", "mouth_features", "symmetric", "weighed"]

_INNER_LIPS = ((13, 14), (82, 87), (312, 317))
_OUTER_LIPS = (61, 291, 0, 17)
_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
_CHIN = 152

# What a gap of closed lips reads at most; keeps its logarithm finite.
_CLOSED_LIPS_SHARE = 0.01

# ARKit's names without sides; where the eyes look is no expression, and the tongue is never seen.
_SHAPES = (
    *("browDown", "browInnerUp", "browOuterUp", "cheekPuff", "cheekSquint", "eyeBlink"),
    *("eyeSquint", "eyeWide", "jawForward", "jawOpen", "mouthClose", "mouthDimple", "mouthFrown"),
    *("mouthFunnel", "mouthLowerDown", "mouthPress", "mouthPucker", "mouthRollLower"),
    *("mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmile", "mouthStretch"),
    *("mouthUpperUp", "noseSneer"),
)
_MOUTH_SHAPES = ("mouthSmile", "jawOpen", "mouthUpperUp", "mouthLowerDown", "mouthStretch")


def measure_expression(face: Face) -> Expression:
    points = face.landmarks_px[:, :2].astype(np.float64)
    return Expression(
        lip_gap_share=float(geometry(face)[0]),
        mouth_open=weighed("mouth_open", mouth_features(face)),
        jaw_open=_shape(face, "jawOpen"),
        smile=_shape(face, "mouthSmile"),
        mouth_frown=_shape(face, "mouthFrown"),
        brows_lowered=_shape(face, "browDown"),
        brows_raised=max(_shape(face, "browInnerUp"), _shape(face, "browOuterUp")),
        mouth=_box(points[list(_OUTER_LIPS)]),
        brows=_box(points[list(_BROWS)]),
    )


def weighed(name: str, features: NDArray[np.float32]) -> float:
    """Answer of the logistic regression ``name`` to (n,) ``features``, 0 to 1.

    Half is where one or two neutral faces in a hundred, of people it was not fitted on, lie above.
    """
    fitted = weights.load("expression")
    known = np.clip((features - fitted[f"{name}_mean"]) / fitted[f"{name}_scale"], -4.0, 4.0)
    score = float(known @ fitted[f"{name}_weight"] + fitted[f"{name}_zero"])
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def geometry(face: Face) -> NDArray[np.float64]:
    """(7,): the lips' gap and the lids' gap as shares of the distance from eyes to chin; width of
    the mouth, drop of its corners, heights of the brows and of their inner ends and the distance
    between these in eye distances.
    """
    points = face.landmarks_px[:, :2].astype(np.float64)
    eyes = np.add(face.right_eye_px, face.left_eye_px) / 2
    down = points[_CHIN] - eyes
    length = max(float(np.hypot(*down)), 1e-6)
    apart = max(face.inter_eye_px, 1e-6)
    lips = np.mean([(points[b] - points[a]) @ down for a, b in _INNER_LIPS]) / length**2

    def height(*indices: int) -> float:
        return float((points[list(indices)].mean(axis=0) - eyes) @ down / length / apart)

    return np.array(
        [
            max(0.0, float(lips)),
            float((points[[145, 374]] - points[[159, 386]]).mean(axis=0) @ down) / length**2,
            float(np.hypot(*(points[61] - points[291]))) / apart,
            height(61, 291) - height(13, 14),
            height(105, 334),
            height(107, 336),
            float(np.hypot(*(points[107] - points[336]))) / apart,
        ]
    )


def symmetric(face: Face) -> NDArray[np.float64]:
    """(25,): blendshapes, both sides' mean."""
    return np.array([_shape(face, name) for name in _SHAPES])


def mouth_features(face: Face) -> NDArray[np.float32]:
    """(9,): what tells an open mouth or bared teeth from closed lips."""
    gap, _, width, corners, *_ = geometry(face)
    return np.array(
        [
            np.log(_CLOSED_LIPS_SHARE + gap),
            gap,
            width,
            corners,
            *(_shape(face, name) for name in _MOUTH_SHAPES),
        ],
        np.float32,
    )


def _shape(face: Face, name: str) -> float:
    shapes = face.blendshapes
    if name in shapes:
        return shapes[name]
    return (shapes.get(name + "Left", 0.0) + shapes.get(name + "Right", 0.0)) / 2


def _box(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Box:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))
