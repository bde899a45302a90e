"""What a face does, in numbers: blendshapes and distances, and the regressions that weigh them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers import weights
from qcheck.probes.helpers.face_mesh import CHIN
from qcheck.probes.portrait import Face

__all__ = ["geometry", "shape", "weighed"]

_INNER_LIPS = ((13, 14), (82, 87), (312, 317))


def weighed(name: str, features: NDArray[np.float32]) -> float:
    """Answer of the logistic regression ``name`` to (n,) ``features``, 0 to 1.

    Half is where one or two neutral faces in a hundred, of people it was not fitted on, lie above.
    """
    fitted = weights.arrays_of("expression")
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
    down = points[CHIN] - eyes
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


def shape(face: Face, name: str) -> float:
    """One blendshape, 0 to 1; of one that has sides, their mean."""
    shapes = face.blendshapes
    if name in shapes:
        return shapes[name]
    return (shapes.get(name + "Left", 0.0) + shapes.get(name + "Right", 0.0)) / 2
