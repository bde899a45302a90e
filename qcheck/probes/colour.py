"""Colour of the picture and of skin, in CIELAB."""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.probes.light import weighted_quantile
from qcheck.probes.portrait import Colour, Skin, Thumbnail

__all__ = ["measure_colour"]

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
    # In 8 bits OpenCV stores 2.55 L*, a* + 128, b* + 128.
    lab = cv2.cvtColor(thumbnail.bgr[::2, ::2], cv2.COLOR_BGR2Lab).reshape(-1, 3).astype(np.int16)
    seen = lab[(lab[:, 0] > _BLACK_L * 2.55) & (lab[:, 0] < _WHITE_L * 2.55)]
    chroma = np.hypot(seen[:, 1] - 128, seen[:, 2] - 128) if seen.size else np.zeros(1)
    front = skin.facing >= _FRONT_FACING
    weight = np.tile(skin.area_cm2[front], 2)
    pixels = skin.linear_bgr[:, front].reshape(-1, 3)
    bgr = np.array([weighted_quantile(pixels[:, i], weight, 0.5) for i in range(3)])
    lightness, a, b = _lab(bgr)
    return Colour(
        chroma_p95=float(np.percentile(chroma, 95)),
        skin_lightness=lightness,
        skin_chroma=float(np.hypot(a, b)),
        skin_hue_deg=float(np.degrees(np.arctan2(b, a))),
    )


def _lab(linear_bgr: np.ndarray) -> tuple[float, float, float]:
    """CIE 15:2018, 8.2.1."""
    ratio = _TO_XYZ @ linear_bgr / _WHITE
    low = (24 / 116) ** 3
    f = np.where(ratio > low, np.cbrt(ratio), 841 / 108 * ratio + 16 / 116)
    return float(116 * f[1] - 16), float(500 * (f[0] - f[1])), float(200 * (f[1] - f[2]))
