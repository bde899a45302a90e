"""Colour of the picture and of skin, in CIELAB.

A cast is told by three things at once: skin, whose colours lie close together whatever its tone;
the whites of the eyes; and the brightest tenth of the picture, which is often paper, linen or a
highlight (the white patch of Land's retinex, Scientific American 237, 1977). None of them alone is
proof: skin is warm, eyes are small, and a wall may be blue. How they go together is fitted on
pictures with a cast of known strength: ``tools/accuracy/fits/colour.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers import weights
from qcheck.probes.helpers.colour_spaces import LUMINANCE_BGR, linear, to_lab
from qcheck.probes.helpers.eyes import IRIS_RIM, IRISES, LID_CONTOURS
from qcheck.probes.helpers.face_mesh import canonical_face, skin_pairs
from qcheck.probes.helpers.quantiles import weighted_quantile
from qcheck.probes.portrait import Colour, FaceCrop, Skin, Thumbnail

__all__ = ["SCENE_STEP_PX", "Lights", "combined", "measure_colour", "read_lights"]

_FRONT_FACING = 0.5
# Black and white have no colour to judge.
_BLACK_L, _WHITE_L = 5, 98

# The brighter part of what lies between the lids is white; lashes and their shade are the rest.
_WHITE_QUANTILE = 60
_LEAST_WHITE_PX = 10
# Below a level of one in 255, linear, there is no ratio of colours.
_LEAST_LIGHT = 0.0003
# Height on the canonical face above which no mask reaches; 3 pairs of triangles lie there.
_ABOVE_MASKS_CM = 3.5
_BRIGHTEST_QUANTILE = 90
SCENE_STEP_PX = 3
# Standard deviations: what lies far outside of everything seen counts as the most extreme seen.
_CLIPPED = 4.0


@dataclass(frozen=True)
class Lights:
    """What a cast is told by, in linear light."""

    skin_bgr: NDArray[np.float64]
    """(3,)"""
    eye_white_bgr: NDArray[np.float32]
    """(n, 3); n is 0 where too little of it shows."""
    scene_bgr: NDArray[np.float32]
    """(m, 3): the whole picture."""


def read_lights(thumbnail: Thumbnail, skin: Skin, crop: FaceCrop) -> Lights:
    """Sample skin, eyes and scene."""
    step = slice(None, None, SCENE_STEP_PX)
    scene = linear(np.ascontiguousarray(thumbnail.bgr[step, step])).reshape(-1, 3)
    front = skin.facing >= _FRONT_FACING
    weight = np.tile(skin.area_cm2[front], 2)
    pixels = skin.linear_bgr[:, front].reshape(-1, 3)
    median = np.array([weighted_quantile(pixels[:, i], weight, 0.5) for i in range(3)])
    whites = [_eye_white(crop, *eye) for eye in zip(LID_CONTOURS, IRISES, strict=True)]
    return Lights(median, np.concatenate(whites), scene)


def _eye_white(crop: FaceCrop, lids: tuple[int, ...], iris: tuple[int, ...]) -> NDArray[np.float32]:
    """The brighter pixels between the lids beside the iris, (n, 3), linear."""
    contour, circle = crop.landmarks_px[list(lids)], crop.landmarks_px[list(iris)]
    low = np.maximum(contour.min(axis=0).astype(int), 0)
    high = contour.max(axis=0).astype(int) + 1
    patch = crop.bgr[low[1] : max(0, high[1]), low[0] : max(0, high[0])]
    nothing = np.zeros((0, 3), np.float32)
    if min(patch.shape[:2]) < 3:
        return nothing
    mask = np.zeros(patch.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(contour - low).astype(np.int32)], (1,))
    radius = IRIS_RIM * float(np.linalg.norm(circle[1:] - circle[0], axis=1).mean())
    x, y = (int(v) for v in np.rint(circle[0] - low))
    cv2.circle(mask, (x, y), round(radius), (0,), -1)
    pixels = linear(np.ascontiguousarray(patch))[mask > 0]
    if len(pixels) < _LEAST_WHITE_PX:
        return nothing
    luminance = pixels @ LUMINANCE_BGR
    brighter = pixels[luminance >= np.percentile(luminance, _WHITE_QUANTILE)]
    return np.asarray(brighter, np.float32)


def combined(lights: Lights) -> NDArray[np.float64]:
    """What the fit looks at, (7,): skin's L*, a*, b*; a*, b* of eye white and of the brightest.

    Where no eye white shows, its two are not a number.
    """
    scene = to_lab(lights.scene_bgr)
    brightest = scene[scene[:, 0] >= np.percentile(scene[:, 0], _BRIGHTEST_QUANTILE)]
    white = np.full(2, np.nan)
    if len(lights.eye_white_bgr):
        white = to_lab(lights.eye_white_bgr).mean(axis=0)[1:]
    return np.concatenate([to_lab(lights.skin_bgr), white, brightest.mean(axis=0)[1:]])


def _chance_of_cast(measured: NDArray[np.float64]) -> float:
    """Logistic regression on the seven numbers, their squares and products."""
    fitted = weights.arrays_of("colour")
    standard = np.nan_to_num((measured - fitted["mean"]) / fitted["deviation"])
    standard = np.clip(standard, -_CLIPPED, _CLIPPED)
    rows, columns = np.triu_indices(len(standard))
    terms = np.concatenate([standard, standard[rows] * standard[columns]])
    return float(1 / (1 + np.exp(-(terms @ fitted["slope"] + fitted["level"][0]))))


def _warmth_stops(linear_bgr: NDArray[np.floating]) -> float:
    """How much more red than blue there is, in powers of two."""
    blue, _, red = (max(float(value), _LEAST_LIGHT) for value in linear_bgr)
    return float(np.log2(red / blue))


def _forehead_bgr(skin: Skin, lights: Lights) -> NDArray[np.floating]:
    """(3,) linear: skin that no mask covers; where the frame cuts that off, the whole face's."""
    height_cm = canonical_face()[skin_pairs()["left"], 1].mean(axis=1)
    seen = skin.linear_bgr[:, height_cm[skin.pair] > _ABOVE_MASKS_CM].reshape(-1, 3)
    median: NDArray[np.floating] = np.median(seen, axis=0) if len(seen) else lights.skin_bgr
    return median


def measure_colour(thumbnail: Thumbnail, skin: Skin, crop: FaceCrop) -> Colour:
    """Chroma of the whole picture, and lightness, chroma and hue of the face's skin."""
    lights = read_lights(thumbnail, skin, crop)
    lab = to_lab(lights.scene_bgr)
    seen = lab[(lab[:, 0] > _BLACK_L) & (lab[:, 0] < _WHITE_L)]
    chroma = np.hypot(seen[:, 1], seen[:, 2]) if seen.size else np.zeros(1)
    measured = combined(lights)
    warmth = max(_warmth_stops(lights.skin_bgr), _warmth_stops(_forehead_bgr(skin, lights)))
    white = np.median(lights.eye_white_bgr, axis=0) if len(lights.eye_white_bgr) else None
    lightness, a, b = (float(v) for v in measured[:3])
    away = measured[1:3] - weights.arrays_of("colour")["mean"][1:3]
    return Colour(
        chroma_p95=float(np.percentile(chroma, 95)),
        skin_lightness=lightness,
        skin_chroma=float(np.hypot(a, b)),
        skin_hue_deg=float(np.degrees(np.arctan2(b, a))),
        cast=_chance_of_cast(measured),
        cast_hue_deg=float(np.degrees(np.arctan2(away[1], away[0]))),
        skin_warmth_stops=warmth,
        warmer_than_white_stops=0.0 if white is None else warmth - _warmth_stops(white),
    )
