"""How fine the detail is that a face really holds.

After Zhuo and Sim, "Defocus map estimation from a single image" (Pattern Recognition 44, 2011): an
edge that is blurred once more by a known amount loses the more of its gradient the sharper it was.
Only strong edges of eyes, lashes and brows are asked: skin is smooth and a background out of focus
in the best of pictures.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.base import Unmeasurable
from qcheck.probes.portrait import Detail, FaceCrop

__all__ = ["measure_detail"]

_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
_TEMPLES = (234, 454)
_UNDER_EYES = (145, 374, 23, 253)

# Blur in pixels that is added to see what it takes away.
_ADDED_PX = 1.0
# An estimate above this is refined on a picture of half the size, where the edge is steeper.
_RESOLVED_PX = 1.0
# The sharpest sixth of the strong edges: lids and shaded brows are soft in the sharpest picture.
_QUANTILE = 15
# An edge counts where it is as steep as a third of the band's contrast spread over a blur of 2 px.
_STEEPNESS = 0.066
_LEAST_EDGES_A_WIDTH = 0.15
_LEAST_HEIGHT_PX = 12

# Edge blur of a picture that was reduced k times and enlarged again grows as 0.37 k (bicubic,
# lanczos and bilinear; k from 2 to 6, studio portraits).
_BLUR_OF_ONE_PIXEL = 0.37


def measure_detail(crop: FaceCrop) -> Detail:
    """Estimate the blur of the sharpest edges around the eyes."""
    band = _eye_band(crop)
    blur = _blur_px(band.astype(np.float32))
    coarseness = max(1.0, blur / _BLUR_OF_ONE_PIXEL)
    return Detail(
        blur_px=blur,
        claimed_px=crop.face_side_px,
        equivalent_px=crop.face_side_px / coarseness,
        enlarged=False,
    )


def _eye_band(crop: FaceCrop) -> NDArray[np.uint8]:
    """Brows to lower lids, temple to temple."""
    points = crop.landmarks_px
    margin = 0.05 * crop.face_side_px
    left, right = points[[*_TEMPLES, 70, 300], 0].min(), points[[*_TEMPLES, 70, 300], 0].max()
    top, bottom = points[list(_BROWS), 1].min() - margin, points[list(_UNDER_EYES), 1].max()
    rows = slice(max(0, int(top)), max(0, int(bottom + margin) + 1))
    band = crop.luma[rows, max(0, int(left)) : max(0, int(right) + 1)]
    if min(band.shape) < _LEAST_HEIGHT_PX:
        raise Unmeasurable("the eyes are too small in the picture, or outside it")
    return band


def _blur_px(band: NDArray[np.float32]) -> float:
    """Standard deviation of the blur at the band's sharpest strong edges, in pixels."""
    scale, estimate = 1.0, None
    low, high = np.percentile(band, (2, 98))
    while min(band.shape) >= _LEAST_HEIGHT_PX:
        steepest = _steep_edges(band, _STEEPNESS * float(high - low))
        if steepest is not None:
            estimate = steepest * scale
            if steepest < _RESOLVED_PX:
                return estimate
        band = cv2.resize(band, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(
            np.float32, copy=False
        )
        scale *= 2
    if estimate is None:
        raise Unmeasurable("the eyes show no edge to judge sharpness by")
    return estimate


def _steep_edges(band: NDArray[np.float32], steepness: float) -> float | None:
    """Blur at the edges that reach ``steepness`` (levels a pixel); None where there are few."""
    once = cv2.GaussianBlur(band, (0, 0), _ADDED_PX)
    dx, dy = cv2.Scharr(band, cv2.CV_32F, 1, 0), cv2.Scharr(band, cv2.CV_32F, 0, 1)
    # Scharr's weights add up to 16 on either side of a two-pixel distance.
    slope = np.hypot(dx, dy) / 32
    inner = slope[1:-1, 1:-1]
    across = np.abs(dx[1:-1, 1:-1]) >= np.abs(dy[1:-1, 1:-1])
    crest_x = (inner >= slope[1:-1, :-2]) & (inner >= slope[1:-1, 2:])
    crest_y = (inner >= slope[:-2, 1:-1]) & (inner >= slope[2:, 1:-1])
    crest = np.where(across, crest_x, crest_y)
    if not crest.any():
        return None
    edge = crest & (inner >= max(float(np.percentile(inner[crest], 80)), steepness, 1.0))
    if np.count_nonzero(edge) < _LEAST_EDGES_A_WIDTH * band.shape[1]:
        return None
    dx, dy = cv2.Scharr(once, cv2.CV_32F, 1, 0), cv2.Scharr(once, cv2.CV_32F, 0, 1)
    after = (np.hypot(dx, dy) / 32)[1:-1, 1:-1][edge]
    ratio = inner[edge] / np.maximum(after, 1e-3)
    blur = _ADDED_PX / np.sqrt(np.maximum(ratio**2 - 1, 1e-4))
    return float(np.percentile(blur, _QUANTILE))
