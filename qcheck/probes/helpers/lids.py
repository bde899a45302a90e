"""Whether an eye is closed: from the lids' landmarks, blendshapes and the look of the eye itself.

The landmarks alone are drawn towards an open eye: lids drawn down over the eyes of other people
leave half of their gap in the mesh. So a logistic regression looks at the aligned picture of each
eye as well, relative to the skin below it. ``tools/accuracy/fits/eyes.py`` fits it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers import weights
from qcheck.probes.helpers.aligned_face import EYE_MIDPOINT_PX, INTER_EYE_PX

__all__ = ["closed", "lid_features"]

_EYE_Y = round(EYE_MIDPOINT_PX[1])
_EYES_X = tuple(round(EYE_MIDPOINT_PX[0] + side * INTER_EYE_PX / 2) for side in (-1, 1))
_HALF = (14, 10)
_SMALL = (14, 10)
_CHEEKS = (82, 98, 36, 92)
# As in the measure of covering: a pixel of 8 levels in shadow is noise.
_FLOOR_LEVELS = 8.0
_TOUCHING_SHARE = 0.01
_SHAPES = ("eyeBlink", "eyeSquint", "eyeWide", "eyeLookDown")


def lid_features(
    aligned_bgr: NDArray[np.uint8], gaps: tuple[float, float], shapes: dict[str, float]
) -> NDArray[np.float32]:
    """(2, n) of the sitter's right and left eye, the left one mirrored.

    ``gaps`` are those between the lids, as shares of the distance from eyes to chin.
    """
    grey = cv2.cvtColor(aligned_bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7), np.float32)
    top, bottom, left, right = _CHEEKS
    skin = float(np.median(grey[top:bottom, left:right])) + _FLOOR_LEVELS
    eyes = []
    for eye, (side, x) in enumerate(zip(("Right", "Left"), _EYES_X, strict=True)):
        patch = grey[_EYE_Y - _HALF[1] : _EYE_Y + _HALF[1], x - _HALF[0] : x + _HALF[0]]
        patch = np.ascontiguousarray(patch[:, ::-1]) if eye else patch
        small = cv2.resize(patch, _SMALL, interpolation=cv2.INTER_AREA)
        look = np.log2((small + _FLOOR_LEVELS) / skin)
        opening = patch[6:14, 6:22]
        gap, other = gaps[eye], gaps[1 - eye]
        numbers = [
            *(gap, np.log(_TOUCHING_SHARE + gap), other - gap),
            *(shapes.get(name + side, 0.0) for name in _SHAPES),
            *(opening.min() / skin, opening.max() / skin, opening.std() / skin),
        ]
        eyes.append(np.concatenate([numbers, (look - look.mean()).ravel()]))
    return np.array(eyes, np.float32)


def closed(features: NDArray[np.float32]) -> tuple[float, float]:
    """How sure it is that the right and the left eye are closed, 0 to 1, from (2, n).

    Half is where one or two open eyes in a hundred, of sets it was not fitted on, lie above.
    """
    fitted = weights.arrays_of("eyes")
    known = np.clip((features - fitted["mean"]) / fitted["scale"], -4.0, 4.0)
    right, left = np.clip(known @ fitted["weight"] + fitted["zero"], -30, 30)
    return float(1 / (1 + np.exp(-right))), float(1 / (1 + np.exp(-left)))
