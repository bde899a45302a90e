"""Light on the face: how even, how deep its shadows, how well exposed."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers import weights
from qcheck.probes.helpers.colour_spaces import LUMINANCE_BGR, linear
from qcheck.probes.helpers.eyes import IRIS_RIM, IRISES, LID_CONTOURS
from qcheck.probes.helpers.face_mesh import canonical_face, skin_pairs
from qcheck.probes.helpers.quantiles import weighted_quantile
from qcheck.probes.portrait import Exposure, FaceCrop, Light, Skin, Thumbnail

__all__ = ["measure_exposure", "measure_light"]

# Skin that is turned away from the lens falls off under any lamp: the halves are compared where
# the canonical face looks within 45 degrees of forward, shadows sought within 60.
_COMPARED_FACING = 0.7
_SHADOW_FACING = 0.5

# Half a level of 8-bit sRGB: keeps the logarithm of black finite.
_FLOOR = 0.5 / 255 / 12.92
# A thousandth of full light (level 3): noise and flare lie above in what is black.
_BLACK = 1e-3

# The key light's own level: bright skin, not its highlights.
_LIT_QUANTILE = 0.8
_BRIGHTEST_QUANTILE = 0.95
# However little light there is, skin counts as lit from here on (level 84): what the darkest skins
# among 240 studio portraits show where they are brightest. A face with the lamp behind it is dark
# all over, and nothing in it is brighter to compare with.
_LEAST_LIT = 0.09
# "Heavy" is two and a half stops below lit skin. Sixty studio portraits have none of it, faces of
# Yale B lit from 50 degrees and more at least a quarter.
_HEAVY_STOPS = 2.5
# Deeper is black, however much deeper.
_DEEPEST_STOPS = 5.0

# Below the cheekbones skin may be bearded, or covered. What is dark there on both sides alike, and
# light above, is no shadow; the jaw under a high lamp, which looks the same, is let off with it.
_BEARD_BELOW_CM = 0.0
# What is brighter there may be a white mask: cloth reflects up to twice what fair skin does. Four
# times as bright, and it is the light above that is cut off, by a hat.
_WHITER_STOPS = 1.0


@cache
def _may_be_bearded() -> NDArray[np.bool_]:
    """Which pairs of the mesh lie below the cheekbones."""
    height = canonical_face()[skin_pairs()["left"].astype(np.intp), 1].mean(axis=1)
    below: NDArray[np.bool_] = height < _BEARD_BELOW_CM
    return below


def measure_light(skin: Skin) -> Light:
    """Compare mirrored patches of skin, so that albedo falls out, and find what lies in the dark.

    What soft frontal light leaves of shading and colour (the sides of the nose are darker, the
    forehead is brighter) is taken off first: the mean of studio portraits, fitted by
    ``tools/accuracy/fits/light.py``.
    """
    luminance = skin.linear_bgr @ LUMINANCE_BGR + _FLOOR
    compared = skin.facing >= _COMPARED_FACING
    area = skin.area_cm2[compared]
    left, right = (float((half[compared] * area).sum() / area.sum()) for half in luminance)
    front = skin.facing >= _SHADOW_FACING
    pairs = skin.pair[front]
    stops = np.log2(luminance[:, front] + _BLACK) - weights.arrays_of("light")["soft_stops"][pairs]
    low = _may_be_bearded()[pairs]
    area = np.tile(skin.area_cm2[front], 2) / skin.area_cm2[front].sum() / 2
    depth = _depth(stops, low, _BRIGHTEST_QUANTILE)
    shadow = _depth(stops, low, _LIT_QUANTILE, hats=True) > _HEAVY_STOPS
    return Light(
        difference_stops=float(np.log2(left / right)),
        falloff_stops=float(depth.ravel() @ area),
        shadow_share=float(shadow.ravel() @ area),
        brightest_luminance=float(np.quantile(luminance[:, front], _BRIGHTEST_QUANTILE)),
    )


def _depth(
    stops: NDArray[np.floating], low: NDArray[np.bool_], quantile: float, *, hats: bool = False
) -> NDArray[np.floating]:
    """(2, n): how far each patch lies below lit skin; ``low`` is what may be beard or cover.

    ``hats``: a lower face four times as bright as the rest is lit, not covered.
    """
    bare = ~low if (~low).any() else np.ones_like(low)
    lit = float(np.quantile(stops[:, bare], quantile))
    whiter = max(float(np.quantile(stops, quantile)) - lit, 0.0)
    step = 2.0 if hats else 1.0
    lit = max(lit + np.clip(step * (whiter - _WHITER_STOPS), 0.0, whiter), np.log2(_LEAST_LIT))
    depth = np.clip(lit - stops, 0.0, _DEEPEST_STOPS)
    both_sides = depth.min(axis=0)
    beard = np.where(low, np.maximum(both_sides - np.median(both_sides[bare]), 0.0), 0.0)
    without: NDArray[np.floating] = depth - beard
    return without


# Of the picture: so few pixels that a collar, a lamp or a catch of light on hair are enough.
_PICTURE_QUANTILE = 0.998


def measure_exposure(skin: Skin, crop: FaceCrop, thumbnail: Thumbnail) -> Exposure:
    """How bright the face came out, and how much of it is clipped.

    The whites of the eyes are nearly the same in everybody, and nearly every picture holds
    something bright: they tell a dark skin from a dark picture.
    """
    front = skin.facing >= _SHADOW_FACING
    weight = np.tile(skin.area_cm2[front], 2)
    luminance = (skin.linear_bgr[:, front] @ LUMINANCE_BGR).ravel()
    whites = _eye_whites(crop)
    picture = linear(thumbnail.bgr) @ LUMINANCE_BGR
    return Exposure(
        skin_luminance=weighted_quantile(luminance, weight, 0.5),
        lit_skin_luminance=weighted_quantile(luminance, weight, 0.9),
        eye_white_luminance=whites,
        picture_luminance=float(np.quantile(picture, _PICTURE_QUANTILE)),
        blown_share=float((skin.blown[:, front].ravel() * weight).sum() / weight.sum()),
        crushed_share=float((skin.crushed[:, front].ravel() * weight).sum() / weight.sum()),
    )


# Fewer pixels of white than this are lids and lashes as well.
_LEAST_WHITE_PX = 12


def _eye_whites(crop: FaceCrop) -> float | None:
    """Luminance of the brighter white, linear; None where the eyes show too little of it."""
    found = []
    for contour, (centre, rim, *_) in zip(LID_CONTOURS, IRISES, strict=True):
        points = crop.landmarks_px[list(contour)]
        radius = float(np.linalg.norm(crop.landmarks_px[centre] - crop.landmarks_px[rim]))
        left, top = np.floor(points.min(axis=0)).astype(int)
        right, bottom = np.ceil(points.max(axis=0)).astype(int) + 1
        if left < 0 or top < 0 or right > crop.luma.shape[1] or bottom > crop.luma.shape[0]:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [np.rint(points - [left, top]).astype(np.int32)], 1)
        middle = np.rint(crop.landmarks_px[centre] - [left, top]).astype(int)
        cv2.circle(mask, (int(middle[0]), int(middle[1])), round(radius * IRIS_RIM), 0, -1)
        opening = np.ascontiguousarray(crop.bgr[top:bottom, left:right])
        luminance = linear(opening)[mask > 0] @ LUMINANCE_BGR
        if luminance.size >= _LEAST_WHITE_PX:
            found.append(float(np.percentile(luminance, 75)))
    return max(found, default=None)
