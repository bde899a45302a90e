"""Noise on skin, at the scale at which a model looks at a face.

A sensor's noise halves when the picture is reduced to half its size. Pores, stubble and freckles do
not: natural detail is alike at all scales (Field, JOSA A 4, 1987), and what a sharpening filter
makes of it is even coarser. So noise is what disappears in the smaller picture.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.portrait import FaceCrop, Grain

__all__ = ["measure_grain"]

# Grain that vanishes when the face is reduced to what talking-head models see does not matter.
_FACE_SIDE_PX = 512
# Immerkær, "Fast noise variance estimation" (CVIU 64, 1996): blind to flat and to sloping skin.
_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
_TO_SIGMA = float(np.sqrt(np.pi / 2))
_BLOCK_PX = 16
# The smoothest quarter of the face's blocks is skin; hair, lashes and wrinkles are in the others.
_QUANTILE = 25
# Of the variance, what averaging over 2 x 2 pixels takes from white noise, and leaves to detail.
_LOST = 0.75
# Noise cannot show where levels clip.
_LEVELS = (12, 243)
_LEAST_BLOCKS = 8


def measure_grain(crop: FaceCrop) -> Grain:
    """Standard deviation of luma noise on the smoothest parts of the face."""
    # By a whole number, so that every pixel averages as many: else grain would come and go.
    scale = 1 / max(1, round(crop.face_side_px / _FACE_SIDE_PX))
    luma = cv2.resize(crop.luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    inside = np.zeros(luma.shape, np.float32)
    hull = cv2.convexHull(np.rint(crop.landmarks_px * scale).astype(np.int32))
    cv2.fillConvexPoly(inside, hull, 1.0)
    rows, columns = (side // _BLOCK_PX for side in luma.shape)
    if rows < 2 or columns < 2:
        raise Unmeasurable("the face is too small to see grain on it")
    blocks = (columns, rows)
    cut = (slice(rows * _BLOCK_PX), slice(columns * _BLOCK_PX))
    light = luma[cut].astype(np.float32)
    level, covered = (
        cv2.resize(plane, blocks, interpolation=cv2.INTER_AREA) for plane in (light, inside[cut])
    )
    usable = (covered > 0.99) & (level >= _LEVELS[0]) & (level <= _LEVELS[1])
    if np.count_nonzero(usable) < _LEAST_BLOCKS:
        raise Unmeasurable("too little evenly exposed skin is in the picture")
    half = cv2.resize(light, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    white = _variance(light, blocks) - _variance(half.astype(np.float32, copy=False), blocks)
    sigma = np.sqrt(np.maximum(white, 0.0) / _LOST)
    return Grain(sigma_levels=float(np.percentile(sigma[usable], _QUANTILE)))


def _variance(luma: NDArray[np.float32], blocks: tuple[int, int]) -> NDArray[np.float32]:
    """Of what is rough, block by block: (rows, columns)."""
    residual = np.abs(cv2.filter2D(luma, cv2.CV_32F, _KERNEL))
    mean = cv2.resize(residual, blocks, interpolation=cv2.INTER_AREA)
    return np.asarray((mean * _TO_SIGMA) ** 2, np.float32)
