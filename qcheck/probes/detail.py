"""How fine the detail is that a face really holds.

After Zhuo and Sim, "Defocus map estimation from a single image" (Pattern Recognition 44, 2011): an
edge that is blurred once more by a known amount loses the more of its gradient the sharper it was.
Only strong edges of eyes, lashes and brows are asked: skin is smooth and a background out of focus
in the best of pictures.

Whether the blur comes from enlargement is told by Gallagher's method ("Detection of linear and
cubic interpolation in JPEG compressed images", CRV 2005): interpolated pixels are smoother than the
original ones between them, so the mean second difference along rows and columns is periodic.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.base import Unmeasurable
from qcheck.probes.portrait import Detail, FaceCrop

__all__ = ["measure_detail"]

_BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
_OUTER_CORNERS = (33, 263)
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
# Of those, the steeper half.
_STEEPEST_QUANTILE = 50
_LEAST_HEIGHT_PX = 12

# Edge blur of a picture that was reduced k times and enlarged again grows as 0.42 to 0.48 k
# (bicubic, k from 2 to 6, twelve studio portraits).
_BLUR_OF_ONE_PIXEL = 0.42

# Below this coarseness nobody asks where the blur comes from.
_COARSE = 1.5
# The middle of a large crop is enough to show a period.
_TRACE_SIDE_PX = 768
_TRACE_LEAST_SIDE_PX = 128
# A second difference beyond this is an edge of the scene.
_TRACE_CAP_LEVELS = 6.0
# Peak over the median of its neighbourhood in the spectrum, in rows and in columns. Without
# enlargement 2.3 to 4.3 (studio portraits, sharp, blurred and blurred again as JPEG); enlarged
# three times 8 to 40, saved as JPEG at quality 75 since 7.8 to 25. Two and four times leave none.
_TRACE_PEAK = 6.0
_LOWEST_FREQUENCY = 0.12


def measure_detail(crop: FaceCrop) -> Detail:
    """Estimate the blur of the sharpest edges around the eyes."""
    band = _eye_band(crop)
    blur = _blur_px(band.astype(np.float32))
    coarseness = max(1.0, blur / _BLUR_OF_ONE_PIXEL)
    return Detail(
        blur_px=blur,
        claimed_px=crop.face_side_px,
        equivalent_px=crop.face_side_px / coarseness,
        enlarged=coarseness >= _COARSE and _is_interpolated(crop.luma),
    )


def _eye_band(crop: FaceCrop) -> NDArray[np.uint8]:
    """Brows to lower lids, from one outer corner to the other."""
    points = crop.landmarks_px
    margin = 0.04 * crop.face_side_px
    corners = points[list(_OUTER_CORNERS), 0]
    top, bottom = points[list(_BROWS), 1].min(), points[list(_UNDER_EYES), 1].max()
    rows = slice(max(0, int(top - margin)), max(0, int(bottom + margin) + 1))
    columns = slice(max(0, int(corners.min() - margin)), max(0, int(corners.max() + margin) + 1))
    band = crop.luma[rows, columns]
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
    dx, dy = _gradient(band)
    slope = cv2.magnitude(dx, dy)
    # A crest of the slope, across the edge; only the steep few are looked at.
    at = np.flatnonzero(slope[1:-1, 1:-1] >= max(steepness, 1.0))
    if at.size == 0:
        return None
    rows, columns = np.divmod(at, band.shape[1] - 2)
    rows, columns = rows + 1, columns + 1
    steep = slope[rows, columns]
    across = np.abs(dx[rows, columns]) >= np.abs(dy[rows, columns])
    down, right = np.where(across, 0, 1), np.where(across, 1, 0)
    crest = (steep >= slope[rows - down, columns - right]) & (
        steep >= slope[rows + down, columns + right]
    )
    if np.count_nonzero(crest) < _LEAST_EDGES_A_WIDTH * band.shape[1]:
        return None
    steep, rows, columns = steep[crest], rows[crest], columns[crest]
    steepest = steep >= np.percentile(steep, _STEEPEST_QUANTILE)
    once = cv2.GaussianBlur(band, (0, 0), _ADDED_PX).astype(np.float32, copy=False)
    after = cv2.magnitude(*_gradient(once))
    ratio = steep[steepest] / np.maximum(after[rows[steepest], columns[steepest]], 1e-3)
    blur = _ADDED_PX / np.sqrt(np.maximum(ratio**2 - 1, 1e-4))
    return float(np.percentile(blur, _QUANTILE))


def _gradient(band: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scharr's derivative, in levels a pixel: its weights add up to 16 over two pixels."""
    return (
        cv2.Scharr(band, cv2.CV_32F, 1, 0, scale=1 / 32).astype(np.float32, copy=False),
        cv2.Scharr(band, cv2.CV_32F, 0, 1, scale=1 / 32).astype(np.float32, copy=False),
    )


def _is_interpolated(luma: NDArray[np.uint8]) -> bool:
    """Whether rows and columns both show the period of an interpolation."""
    rows, columns = (max(0, (side - _TRACE_SIDE_PX) // 2) for side in luma.shape)
    middle = luma[rows : rows + _TRACE_SIDE_PX, columns : columns + _TRACE_SIDE_PX]
    if min(middle.shape) < _TRACE_LEAST_SIDE_PX:
        return False
    values = middle.astype(np.float32)
    return min(_period_peak(values), _period_peak(np.ascontiguousarray(values.T))) >= _TRACE_PEAK


def _period_peak(values: NDArray[np.float32]) -> float:
    """Highest peak in the spectrum of the mean second difference, over its neighbourhood."""
    second = np.abs(2 * values[:, 1:-1] - values[:, :-2] - values[:, 2:])
    profile = np.minimum(second, _TRACE_CAP_LEVELS).mean(axis=0)
    profile = profile - cv2.blur(profile[np.newaxis], (31, 1))[0]
    size = len(profile)
    spectrum = np.abs(np.fft.rfft(profile * np.hanning(size)))
    frequency = np.arange(len(spectrum)) / size
    around = np.lib.stride_tricks.sliding_window_view(np.pad(spectrum, 20, mode="reflect"), 41)
    peaks = spectrum / (np.median(around, axis=1) + 1e-6)
    # The grid of JPEG has a period as well, 8 pixels, and all its harmonics.
    of_jpeg = np.abs(frequency * 8 - np.rint(frequency * 8)) * size / 8 < 2.5
    return float(peaks[~of_jpeg & (frequency > _LOWEST_FREQUENCY)].max(initial=0.0))
