"""Colour of the picture and of skin, in CIELAB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.probes.light import weighted_quantile
from qcheck.probes.portrait import Colour, Skin, Thumbnail
from qcheck.probes.skin import linear

__all__ = ["measure_colour", "to_lab"]

# IEC 61966-2-1 to CIE XYZ under D65, rows X, Y, Z, columns blue, green, red.
_TO_XYZ = np.array(
    [[0.1805, 0.3576, 0.4124], [0.0722, 0.7152, 0.2126], [0.9505, 0.1192, 0.0193]], np.float64
)
_WHITE = _TO_XYZ.sum(axis=1)
_FRONT_FACING = 0.5
# Black and white have no colour to judge.
_BLACK_L, _WHITE_L = 5, 98


def measure_colour(thumbnail: Thumbnail, skin: Skin) -> Colour:
    """Chroma of the whole picture, and lightness, chroma and hue of the face's skin."""
    lab = to_lab(linear(np.ascontiguousarray(thumbnail.bgr[::2, ::2]))).reshape(-1, 3)
    seen = lab[(lab[:, 0] > _BLACK_L) & (lab[:, 0] < _WHITE_L)]
    chroma = np.hypot(seen[:, 1], seen[:, 2]) if seen.size else np.zeros(1)
    front = skin.facing >= _FRONT_FACING
    weight = np.tile(skin.area_cm2[front], 2)
    pixels = skin.linear_bgr[:, front].reshape(-1, 3)
    bgr = np.array([weighted_quantile(pixels[:, i], weight, 0.5) for i in range(3)])
    lightness, a, b = (float(v) for v in to_lab(bgr))
    return Colour(
        chroma_p95=float(np.percentile(chroma, 95)),
        skin_lightness=lightness,
        skin_chroma=float(np.hypot(a, b)),
        skin_hue_deg=float(np.degrees(np.arctan2(b, a))),
    )


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
