"""How fine the detail is that a face really holds.

A sharp photograph of a face holds about as much power in the finest half octave of spatial
frequency as natural scenes have it (power falls with the square of frequency: Field, "Relations
between the statistics of natural images and the response properties of cortical cells", JOSA A 4,
1987), less what lens and sensor take. An enlargement leaves next to nothing above the old limit,
blur takes from the top down, and shake does so along one direction. So the spectrum around the
eyes is measured in half octaves below the finest period that pixels can hold and in four
directions, against its own coarser octaves, and against the cheeks, which show the noise. Lids,
lashes and brows are in every face; skin is smooth and a background out of focus in the best of
pictures.

Interpolation leaves a period as well: interpolated pixels are smoother than the original ones
between them (Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images",
CRV 2005).

Which spectra are whole, enlarged or blurred is fitted, on pictures where the truth is known by
construction: ``tools/accuracy/fits/detail.py``.
"""

from __future__ import annotations

from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers import weights
from qcheck.probes.portrait import Detail, FaceCrop

__all__ = ["MEMBERS", "describe_detail", "measure_detail"]

_EYES = (468, 473)
_CHEEKS = (50, 280)
# Patches as shares of the face's side, and the most pixels that they have: brow to cheekbone.
_EYE_SHARE, _EYE_MOST_PX = (0.36, 0.24), (400, 256)
_CHEEK_SHARE, _CHEEK_MOST_PX, _CHEEK_LEAST_PX = 0.14, 256, 16
_LEAST_WIDTH_PX, _LEAST_HEIGHT_PX = 16, 12

_HALF_OCTAVES = 10
_DIRECTIONS = 4
# Sharpness shows against the octave and a half that lies a factor of 5 to 16 below the limit.
_REFERENCE = slice(5, 8)
# Power in levels² that is added before the logarithm: a picture's rounding, twelvefold finer.
_LEAST_POWER = 0.02
_RANGE_DB = (-45.0, 15.0)
# Where no half octave has this power, the patch shows no eye, but a hole or a blank.
_NO_EDGE_DB = 3.0

_SCALES = 5
# As many tell a quantile well enough.
_MOST_VALUES = 16_000
_QUANTILES = (50, 90, 99)

# The middle of a large crop is enough to show a period.
_TRACE_SIDE_PX = 512
_TRACE_LEAST_SIDE_PX = 48
# A difference beyond this is an edge of the scene.
_TRACE_CAP_LEVELS = 6
_LOWEST_FREQUENCY = 0.12

# What the fit calls lost: nine tenths of an octave.
_LEAST_LOST_OCTAVES = 0.85

# Networks, fitted from different beginnings, whose answers are averaged.
MEMBERS = 3


def measure_detail(crop: FaceCrop) -> Detail:
    """Estimate how much of the detail that its pixels claim a face holds, and what took it."""
    measured = describe_detail(crop)
    fitted = weights.arrays_of("detail")
    standard = (measured - fitted["mean"]) / fitted["deviation"]
    whole, enlarged, blurred = _answer(standard, fitted, "cause")
    lost = 1.0 - whole
    octaves = _answer(standard, fitted, "octaves")[0]
    coarseness = float(2 ** max(_LEAST_LOST_OCTAVES if lost > 0.5 else 0.0, octaves))
    return Detail(
        claimed_px=crop.face_side_px,
        equivalent_px=crop.face_side_px / coarseness,
        lost=lost,
        enlarged=enlarged > blurred,
    )


def _answer(
    standard: NDArray[np.float32], fitted: dict[str, NDArray[np.float32]], name: str
) -> list[float]:
    """The mean answer of networks with one hidden layer: probabilities, or a single number."""
    answers = []
    for i in range(MEMBERS):
        hidden = np.maximum(standard @ fitted[f"{name}{i}_in"] + fitted[f"{name}{i}_in0"], 0)
        answer = hidden @ fitted[f"{name}{i}_out"] + fitted[f"{name}{i}_out0"]
        if len(answer) > 1:
            answer = np.exp(answer - answer.max())
            answer = answer / answer.sum()
        answers.append(answer)
    return [float(v) for v in np.mean(answers, axis=0)]


def describe_detail(crop: FaceCrop) -> NDArray[np.float32]:
    """Everything that the fit looks at, (75,): decibels, octaves and logarithms.

    Raises :class:`Unmeasurable` where too little of the eyes is in the picture.
    """
    luma, side = crop.luma, crop.face_side_px
    width, height = (
        min(most, int(share * side)) for share, most in zip(_EYE_SHARE, _EYE_MOST_PX, strict=True)
    )
    eyes = [_patch(luma, crop.landmarks_px[i], width, height) for i in _EYES]
    seen = [eye for eye in eyes if eye is not None]
    if not seen:
        raise Unmeasurable("the eyes are too small in the picture, or outside it")
    cheek_side = max(_CHEEK_LEAST_PX, min(_CHEEK_MOST_PX, int(_CHEEK_SHARE * side)))
    cheeks = [_patch(luma, crop.landmarks_px[i], cheek_side, cheek_side) for i in _CHEEKS]
    power, count = _spectrum(seen)
    skin, skin_count = _spectrum([cheek for cheek in cheeks if cheek is not None])
    by_direction = _decibels(power / np.maximum(count, 1))
    overall = _decibels(power.sum(axis=0) / np.maximum(count.sum(axis=0), 1))
    on_skin = _decibels(skin.sum(axis=0) / np.maximum(skin_count.sum(axis=0), 1))
    reference = overall[_REFERENCE].mean()
    if overall.max() < _NO_EDGE_DB:
        raise Unmeasurable("the eyes show no edge to judge sharpness by")
    own = by_direction[:, _REFERENCE].mean(axis=1, keepdims=True)
    return np.concatenate(
        [
            np.clip(overall - reference, *_RANGE_DB),
            np.clip(by_direction - own, *_RANGE_DB)[:, :6].ravel(),
            np.clip(on_skin - overall, *_RANGE_DB)[:6],
            [reference - 30],
            overall[:3],
            _falls(seen),
            _periods(luma),
            [np.log2(side / 300)],
        ]
    ).astype(np.float32)


def _patch(
    luma: NDArray[np.uint8], centre: NDArray[np.float32], width: int, height: int
) -> NDArray[np.float32] | None:
    """What the picture holds of a patch; None where that is too little."""
    left, top = round(float(centre[0]) - width / 2), round(float(centre[1]) - height / 2)
    patch = luma[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]
    patch = patch[: _fast(patch.shape[0]), : _fast(patch.shape[1])]
    if patch.shape[0] < _LEAST_HEIGHT_PX or patch.shape[1] < _LEAST_WIDTH_PX:
        return None
    return patch.astype(np.float32)


@lru_cache(maxsize=8)
def _cells(height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """To which cell of the result each term of the transform belongs, and its frequency squared.

    The last cell takes what is beyond the finest or the coarsest half octave.
    """
    # In units of the finest frequency that pixels can hold.
    down = 2 * np.fft.fftfreq(height).astype(np.float32)[:, np.newaxis]
    right = 2 * np.fft.rfftfreq(width).astype(np.float32)[np.newaxis]
    squared = right**2 + down**2
    half_octave = np.floor(-np.log2(np.maximum(squared, 1e-6))).astype(np.int64)
    upright, level = np.abs(down) > 0.4142 * right, np.abs(down) < 2.4142 * right
    slanted = np.where(down > 0, 1, 3)
    direction = np.where(upright & level, slanted, np.where(level, 0, 2))
    counts = (squared < 1) & (half_octave < _HALF_OCTAVES)
    last = _DIRECTIONS * _HALF_OCTAVES
    return np.where(counts, direction * _HALF_OCTAVES + half_octave, last).ravel(), squared


@cache
def _fast(size: int) -> int:
    """The longest size up to ``size`` that Fourier transforms take quickly."""
    while size > 1 and cv2.getOptimalDFTSize(size) != size:
        size -= 1
    return size


def _spectrum(
    patches: list[NDArray[np.float32]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power times frequency squared, summed over directions and half octaves, and how many terms.

    Both (4, 10): horizontal, rising, vertical, falling; from the finest half octave down.
    """
    cells = _DIRECTIONS * _HALF_OCTAVES
    power, count = np.zeros(cells), np.zeros(cells)
    for patch in patches:
        height, width = patch.shape
        window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
        window = window.astype(np.float32)
        centred = (patch - (patch * window).sum() / window.sum()) * window
        half = cv2.dft(centred, flags=cv2.DFT_COMPLEX_OUTPUT)[:, : width // 2 + 1]
        terms = np.square(half).sum(axis=2) / np.square(window).sum()
        cell, squared = _cells(height, width)
        power += np.bincount(cell, (terms * squared).ravel(), cells + 1)[:cells]
        count += np.bincount(cell, minlength=cells + 1)[:cells]
    shape = (_DIRECTIONS, _HALF_OCTAVES)
    return power.reshape(shape), count.reshape(shape)


def _decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(power + _LEAST_POWER))


def _falls(patches: list[NDArray[np.float32]]) -> NDArray[np.float64]:
    """How detail falls from each scale to the next: octaves, at its median and at its strongest.

    The strongest are edges, which noise does not hide as it hides a mean.
    """
    levels = np.full((_SCALES, len(_QUANTILES)), np.nan)
    planes = patches
    for scale in range(_SCALES):
        if min(min(plane.shape) for plane in planes) < _LEAST_HEIGHT_PX - 2:
            break
        fine = [np.abs(plane - cv2.GaussianBlur(plane, (0, 0), 1.0)).ravel() for plane in planes]
        values = np.concatenate(fine)
        levels[scale] = np.percentile(values[:: 1 + len(values) // _MOST_VALUES], _QUANTILES)
        planes = [
            cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(
                np.float32, copy=False
            )
            for plane in planes
        ]
    octaves = np.log2(levels + 0.05)
    return np.asarray(np.nan_to_num(octaves[:-1] - octaves[1:])).ravel()


def _periods(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Traces of interpolation, (18,): the highest peaks, and periods of 8 pixels and its parts."""
    rows, columns = (max(0, (side - _TRACE_SIDE_PX) // 2) for side in luma.shape)
    middle = luma[rows : rows + _TRACE_SIDE_PX, columns : columns + _TRACE_SIDE_PX]
    if min(middle.shape) < _TRACE_LEAST_SIDE_PX:
        return np.zeros(18)
    peaks, phases = [], []
    for order, kernel in ((2, [1, -2, 1]), (1, [0, -1, 1])):
        for axis in (0, 1):
            across = np.array(kernel, np.float32).reshape((1, 3) if axis == 0 else (3, 1))
            steps = cv2.convertScaleAbs(cv2.filter2D(middle, cv2.CV_16S, across))
            capped = np.minimum(steps, _TRACE_CAP_LEVELS)
            profile = capped.mean(axis=axis, dtype=np.float32)[1:-1]
            phases.append(_harmonics_of_8(profile))
            if order == 2:
                peaks.append(_highest_peak(profile))
    return np.concatenate([np.log2(np.sort(peaks)), *phases])


def _harmonics_of_8(profile: NDArray[np.float32]) -> NDArray[np.float64]:
    """Periods of 8, 4, 8/3 and 2 pixels, as logarithms of their share of the profile.

    JPEG's grid leaves all of them alike; enlargement by 2 the last, by 4 the second and the last.
    """
    size = len(profile) // 8 * 8
    even = profile[:size] / (cv2.blur(profile[np.newaxis, :size], (17, 1))[0] + 0.02)
    phase = np.median(even.reshape(-1, 8), axis=0)
    return np.log2(np.abs(np.fft.rfft(phase - phase.mean()))[1:5] / 8 + 0.01)


def _highest_peak(profile: NDArray[np.float32]) -> float:
    """Highest peak in a profile's spectrum, over its neighbourhood."""
    level = profile - cv2.blur(profile[np.newaxis], (31, 1))[0]
    size = len(level)
    spectrum = np.abs(np.fft.rfft(level * np.hanning(size)))
    frequency = np.arange(len(spectrum)) / size
    around = np.lib.stride_tricks.sliding_window_view(np.pad(spectrum, 20, mode="reflect"), 41)
    peaks = spectrum / (np.median(around, axis=1) + 1e-6)
    # The grid of JPEG has a period as well, 8 pixels, and all its harmonics.
    of_jpeg = np.abs(frequency * 8 - np.rint(frequency * 8)) * size / 8 < 2.5
    highest = peaks[~of_jpeg & (frequency > _LOWEST_FREQUENCY)].max(initial=1.0)
    return float(min(highest, 1000.0))
