"""The geometry of the aligned copy: where a face lies in it, and how a picture is warped there."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable

__all__ = [
    "ALIGNED_SIZE_PX",
    "EYE_MIDPOINT_PX",
    "INTER_EYE_PX",
    "TEMPLATE",
    "align",
    "to_aligned",
]

ALIGNED_SIZE_PX = (128, 160)
"""Width and height. Leaves room for hair above, a collar below and a hand beside the face."""
INTER_EYE_PX = 42.0
"""Eye distance in the copy: that of a face which just fills the LFW crops (250 px), so that no
detail is asked for that small pictures lack."""
EYE_MIDPOINT_PX = (64.0, 60.0)

# MediaPipe's mesh points that expression moves least, in eye distances from the eyes' midpoint:
# medians over 196 frontal portraits (London and Canada face sets, US Senate, ID-style neutrals),
# made symmetric.
TEMPLATE: dict[int, tuple[float, float]] = {
    33: (-0.722, -0.016),
    133: (-0.278, 0.016),
    362: (0.278, 0.016),
    263: (0.722, -0.016),
    168: (0.0, -0.058),
    6: (0.0, 0.070),
    9: (0.0, -0.316),
    1: (0.0, 0.662),
    2: (0.0, 0.758),
    152: (0.0, 1.839),
    127: (-1.125, 0.044),
    356: (1.125, 0.044),
    234: (-1.115, 0.281),
    454: (1.115, 0.281),
    50: (-0.798, 0.522),
    280: (0.798, 0.522),
}
# Eye corners and the nose's bridge say where the eyes are; the rest only keeps the shape.
_WEIGHTS = {33: 4.0, 133: 4.0, 362: 4.0, 263: 4.0, 168: 2.0, 6: 2.0}

# A face squeezed more than this is a profile, or landmarks that are not on a face: every face of
# the corpus within 45 degrees of the lens keeps .71, an ear that was taken for a face .64.
_LEAST_STRETCH = 0.68


def to_aligned(landmarks_px: NDArray[np.float32]) -> NDArray[np.float64]:
    """The (2, 3) affine map from the picture to the copy that fits ``landmarks_px`` best.

    Affine and not similar, so that a slight turn, which narrows the face, is taken out.
    """
    index = list(TEMPLATE)
    wanted = np.array([TEMPLATE[i] for i in index]) * INTER_EYE_PX + EYE_MIDPOINT_PX
    weight = np.sqrt([_WEIGHTS.get(i, 1.0) for i in index])[:, None]
    found = np.c_[landmarks_px[index, :2].astype(np.float64), np.ones(len(index))]
    solution, *_ = np.linalg.lstsq(found * weight, wanted * weight, rcond=None)
    return np.ascontiguousarray(solution.T)


def align(
    bgr: NDArray[np.uint8], landmarks_px: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.float64]]:
    """Return the copy (160, 128, 3), which of its pixels the picture covers, and the map.

    Raises :class:`Unmeasurable` for a face seen so far from the side that it has no such copy.
    """
    matrix = to_aligned(landmarks_px)
    stretch = np.linalg.svd(matrix[:, :2], compute_uv=False)
    flat = stretch[0] <= 0 or stretch[1] < _LEAST_STRETCH * stretch[0]
    if flat or not np.all(np.isfinite(matrix)):
        raise Unmeasurable("the face is turned too far for its eyes and mouth to be compared")
    width, height = ALIGNED_SIZE_PX
    # Where the picture is finer than the copy it is reduced by area first: warping alone samples
    # single pixels, and a checked shirt or hair turns into noise.
    reduce = min(1.0, float(stretch[1]))
    corners = cv2.transform(
        np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64),
        cv2.invertAffineTransform(matrix),
    )[0]
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 2, 0)
    right = min(int(np.ceil(corners[:, 0].max())) + 2, bgr.shape[1])
    bottom = min(int(np.ceil(corners[:, 1].max())) + 2, bgr.shape[0])
    if right - left < 4 or bottom - top < 4:
        raise Unmeasurable("the face lies outside the picture")
    part = bgr[top:bottom, left:right]
    small = part
    if reduce < 1:
        size = (max(2, round(part.shape[1] * reduce)), max(2, round(part.shape[0] * reduce)))
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    scale = np.array([small.shape[1] / part.shape[1], small.shape[0] / part.shape[0]])
    # Pixel centres: x_small + 0.5 = (x - left + 0.5) * scale.
    back = np.diag([1 / scale[0], 1 / scale[1], 1.0])
    back[:2, 2] = 0.5 / scale - 0.5 + (left, top)
    from_small = (matrix @ back)[:2]
    copy = cv2.warpAffine(
        small, from_small, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    covered = np.full(small.shape[:2], 255, np.uint8)
    inside = cv2.warpAffine(covered, from_small, (width, height), flags=cv2.INTER_NEAREST)
    return copy.astype(np.uint8, copy=False), inside > 0, matrix
