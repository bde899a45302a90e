"""Linear light, luminance and CIELAB of sRGB pixels."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["LUMINANCE_BGR", "linear", "to_lab"]

# ITU-R BT.709-6 3.3, in the order blue, green, red.
LUMINANCE_BGR = np.array([0.0722, 0.7152, 0.2126], np.float32)

# IEC 61966-2-1 to CIE XYZ under D65, rows X, Y, Z, columns blue, green, red.
_TO_XYZ = np.array(
    [[0.1805, 0.3576, 0.4124], [0.0722, 0.7152, 0.2126], [0.9505, 0.1192, 0.0193]], np.float64
)
_WHITE = _TO_XYZ.sum(axis=1)


@cache
def _linear_of_level() -> NDArray[np.float32]:
    """IEC 61966-2-1's decoding of the 256 levels."""
    v = np.arange(256) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4).astype(np.float32)


def linear(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Linear light, 0 to 1, of sRGB levels."""
    return cv2.LUT(levels, _linear_of_level()).astype(np.float32, copy=False)


def to_lab(linear_bgr: NDArray[np.floating]) -> NDArray[np.floating]:
    """CIELAB of linear light (..., 3) under D65: CIE 15:2018, 8.2.1.

    OpenCV's own conversion first fills tables, which takes a fifth of a second in every process.
    """
    ratio = linear_bgr @ (_TO_XYZ.T / _WHITE)
    low = (24 / 116) ** 3
    x, y, z = np.moveaxis(
        np.where(ratio > low, np.cbrt(ratio), 841 / 108 * ratio + 16 / 116), -1, 0
    )
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
