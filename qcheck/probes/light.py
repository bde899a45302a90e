"""Light on the face: how even, how deep its shadows, how well exposed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.portrait import Exposure, FaceCrop, Light, Skin
from qcheck.probes.skin import LUMINANCE_BGR, linear

__all__ = ["measure_exposure", "measure_light"]

# Skin that is turned away from the lens falls off under any lamp: the halves are compared where
# the canonical face looks within 45 degrees of forward, shadows sought within 60.
_COMPARED_FACING = 0.7
_SHADOW_FACING = 0.5

# Half a level of 8-bit sRGB: keeps the logarithm of black finite.
_FLOOR = 0.5 / 255 / 12.92

# The key light's own level: bright skin, not its highlights.
_LIT_QUANTILE = 0.8
# "Heavy" is two and a half stops below lit skin. Sixty studio portraits have at most 0.6 % of such
# skin (at two stops 6 %: the side of a nose), faces of Yale B lit from 50 degrees and more half.
_HEAVY_STOPS = 2.5


def measure_light(skin: Skin) -> Light:
    """Compare mirrored patches of skin, so that albedo falls out, and find deep shadow."""
    luminance = skin.linear_bgr @ LUMINANCE_BGR + _FLOOR
    compared = skin.facing >= _COMPARED_FACING
    area = skin.area_cm2[compared]
    left, right = (float((half[compared] * area).sum() / area.sum()) for half in luminance)
    shadowed = skin.facing >= _SHADOW_FACING
    weight = np.tile(skin.area_cm2[shadowed], 2)
    flat = luminance[:, shadowed].ravel()
    lit = weighted_quantile(flat, weight, _LIT_QUANTILE)
    in_shadow = flat < lit * 2**-_HEAVY_STOPS
    return Light(
        difference_stops=float(np.log2(left / right)),
        shadow_share=float(weight[in_shadow].sum() / weight.sum()),
    )


def measure_exposure(skin: Skin, crop: FaceCrop) -> Exposure:
    """How bright the face came out, and how much of it is clipped.

    The whites of the eyes are nearly the same in everybody: they tell a dark skin from a dark
    picture.
    """
    front = skin.facing >= _SHADOW_FACING
    weight = np.tile(skin.area_cm2[front], 2)
    luminance = (skin.linear_bgr[:, front] @ LUMINANCE_BGR).ravel()
    whites = _eye_whites(crop)
    return Exposure(
        skin_luminance=weighted_quantile(luminance, weight, 0.5),
        lit_skin_luminance=weighted_quantile(luminance, weight, 0.9),
        eye_white_luminance=whites,
        blown_share=float((skin.blown[:, front].ravel() * weight).sum() / weight.sum()),
        crushed_share=float((skin.crushed[:, front].ravel() * weight).sum() / weight.sum()),
    )


def weighted_quantile(
    values: NDArray[np.floating], weights: NDArray[np.floating], quantile: float
) -> float:
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, quantile * cumulated[-1])])


_EYES = (
    # Contour of the lids, centre of the iris, a point on its rim.
    ((33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7), 468, 469),
    ((263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249), 473, 474),
)
# Fewer pixels of white than this are lids and lashes as well.
_LEAST_WHITE_PX = 12


def _eye_whites(crop: FaceCrop) -> float | None:
    """Luminance of the brighter white, linear; None where the eyes show too little of it."""
    found = []
    for contour, centre, rim in _EYES:
        points = crop.landmarks_px[list(contour)]
        radius = float(np.linalg.norm(crop.landmarks_px[centre] - crop.landmarks_px[rim]))
        left, top = np.floor(points.min(axis=0)).astype(int)
        right, bottom = np.ceil(points.max(axis=0)).astype(int) + 1
        if left < 0 or top < 0 or right > crop.luma.shape[1] or bottom > crop.luma.shape[0]:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [np.rint(points - [left, top]).astype(np.int32)], 1)
        middle = np.rint(crop.landmarks_px[centre] - [left, top]).astype(int)
        cv2.circle(mask, (int(middle[0]), int(middle[1])), round(radius * 1.15), 0, -1)
        opening = np.ascontiguousarray(crop.bgr[top:bottom, left:right])
        luminance = linear(opening)[mask > 0] @ LUMINANCE_BGR
        if luminance.size >= _LEAST_WHITE_PX:
            found.append(float(np.percentile(luminance, 75)))
    return max(found, default=None)
