"""Traces of lossy compression, also where the file has since been saved as something else."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Picture
from qcheck.probes.portrait import Compression, FaceCrop

__all__ = ["measure_compression"]

# T.81: transforms are of 8 x 8 samples.
_BLOCK_PX = 8
# A step larger than this is an edge of the scene.
_CAP_LEVELS = 16.0
_LEAST_SIDE_PX = 64
# The middle of the face has blocks enough: 4,096 of them.
_SEEN_SIDE_PX = 512


def measure_compression(picture: Picture, crop: FaceCrop) -> Compression:
    """How much higher luma steps are on the lines of an 8-pixel grid than between them."""
    luma = crop.luma
    if min(luma.shape) < _LEAST_SIDE_PX:
        luma = cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    rows, columns = (max(0, (side - _SEEN_SIDE_PX) // 2) for side in luma.shape)
    luma = luma[rows : rows + _SEEN_SIDE_PX, columns : columns + _SEEN_SIDE_PX]
    return Compression(
        blockiness_levels=max(0.0, (_grid_step(luma) + _grid_step(luma.T.copy())) / 2),
        jpeg_quality=picture.jpeg_quality,
    )


def _grid_step(luma: NDArray[np.uint8]) -> float:
    """Excess of the mean step on the most conspicuous of the eight column phases, in levels."""
    step = cv2.absdiff(luma[:, 1:], luma[:, :-1]).astype(np.float32)
    if step.shape[1] < 3 * _BLOCK_PX:
        return 0.0
    beside = (step[:, :-2] + step[:, 2:]) / 2
    excess = np.clip(step[:, 1:-1] - beside, -_CAP_LEVELS, _CAP_LEVELS).mean(axis=0)
    phases = [float(excess[phase::_BLOCK_PX].mean()) for phase in range(_BLOCK_PX)]
    peak = int(np.argmax(phases))
    # The neighbours of the peak hold its step as "beside" and are pulled down by it.
    far = [p for i, p in enumerate(phases) if min((i - peak) % 8, (peak - i) % 8) > 1]
    return phases[peak] - float(np.mean(far))
