"""Reducing pictures, fast: halving is five times faster than OpenCV's averaging by other factors.

An odd last row or column is left out on the way.
"""

from __future__ import annotations

from typing import Any

import cv2
from numpy.typing import NDArray

__all__ = ["halved", "shrink"]

# Thinner pictures are not halved: little would be left of them.
_THINNEST_PX = 4


def halved(pixels: NDArray[Any], long_side_px: int) -> tuple[NDArray[Any], float]:
    """Average ``pixels`` down by twos to at most ``long_side_px``; also to how much of their size.

    For models that sample what they are given themselves, so that the exact size is their affair.
    """
    scale = 1.0
    while max(pixels.shape[:2]) > long_side_px and min(pixels.shape[:2]) >= _THINNEST_PX:
        pixels = _half(pixels)
        scale /= 2
    return pixels, scale


def shrink(pixels: NDArray[Any], scale: float) -> NDArray[Any]:
    """Average ``pixels`` down to about ``scale`` times their size; never enlarge."""
    while scale <= 0.5 and min(pixels.shape[:2]) >= _THINNEST_PX:
        pixels = _half(pixels)
        scale *= 2
    if scale >= 1:
        return pixels
    size = tuple(max(1, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0]))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _half(pixels: NDArray[Any]) -> NDArray[Any]:
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    even = pixels[: 2 * height, : 2 * width]
    return cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
