"""What is behind the person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Inapplicable
from qcheck.media.content import Picture
from qcheck.probes.helpers import weights
from qcheck.probes.helpers.colour_spaces import linear, to_lab
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Backdrop, Person, Thumbnail

__all__ = [
    "FEATURES",
    "KINDS",
    "describe_background",
    "measure_backdrop",
    "reduce_picture",
    "terms",
]

# In the order of the fit's answers.
KINDS = ("plain", "soft", "place")

# A backdrop is judged as a viewer takes it in, so every picture is reduced to one size.
_SIDE_PX = 384
_BACKGROUND_BELOW = 0.15
_PERSON_FROM = 0.85
# Hair and the mask's own error, kept away from the backdrop, as share of the reduced side.
_GAP_SHARE = 0.03
_LEAST_SHARE = 0.03
_TRANSPARENT_SHARE = 0.5
# Luma slopes in levels a pixel of 384; the last is an outline rather than a gradient or noise.
_SLOPES = (2.0, 4.0, 8.0, 12.0)
_SLOPE_QUANTILES = (50, 75, 90, 97)
# Detail is looked at from pixels of 384 to blotches of a tenth of the picture.
_SCALES = 5
_DETAIL_QUANTILES = (90, 98)
_COLOUR_STEP_PX = 3
# Fewer pixels tell no quantile.
_LEAST_PIXELS = 12
# Standard deviations: what lies far outside of everything seen counts as the most extreme seen.
_CLIPPED = 2.5
# Products of two features count for less than features: there are many more of them.
_PRODUCTS = 0.3

# How wide outlines are is read from how much steeper they are after a slight blur than after a
# strong one, sigmas in pixels of 384 (Zhuo and Sim 2011, Defocus map estimation from a single
# image). Below this slope, in levels a pixel, there is no outline.
_SLIGHT_PX, _STRONG_PX = 0.7, 2.0
_LEAST_SLOPE = 0.6
_LEAST_OUTLINES = 8
# Pictures smaller than this share of 384 px are blurred no less: a pixel is the least there is.
_SMALLEST_SIZE = 0.6
_WIDTH_QUANTILES = (0.1, 0.3, 0.6)
# Octaves of a pixel: narrower outlines are in focus.
_IN_FOCUS_BELOW = 0.3
# What is said of a background without outlines: as wide as can be, and none.
_NO_OUTLINES = (3.0,) * 6 + (0.0,) * 3

FEATURES = 41
"""How many numbers describe a background."""


def reduce_picture(picture: Picture) -> Thumbnail:
    """Average the picture down to the size at which backdrop and colour are judged."""
    scale = min(1.0, _SIDE_PX / max(picture.width_px, picture.height_px))
    small = shrink(picture.bgr, scale)
    return Thumbnail(bgr=small, scale=picture.width_px / small.shape[1])


def measure_backdrop(picture: Picture, thumbnail: Thumbnail, person: Person) -> Backdrop:
    """Outlines of the background, and what kind of background it is."""
    small = thumbnail.bgr
    height, width = small.shape[:2]
    behind = _behind(thumbnail, person)
    share = float(behind.mean())
    if share < _LEAST_SHARE:
        raise Inapplicable("hardly any background is in the picture")
    clear = 0.0
    if picture.alpha is not None:
        alpha = cv2.resize(picture.alpha, (width, height), interpolation=cv2.INTER_NEAREST)
        clear = float((alpha[behind] < 128).mean())
    measured, outline_share = describe_background(thumbnail, person, behind)
    fitted = weights.arrays_of("background")
    known = terms((measured - fitted["mean"]) / fitted["deviation"])
    answer = known @ fitted["slope"] + fitted["level"]
    chance = np.exp(answer - answer.max())
    chance = chance / chance.sum()
    kind = KINDS[int(np.argmax(chance))]
    return Backdrop(
        share=share,
        kind="transparent" if clear >= _TRANSPARENT_SHARE else kind,
        certainty=float(chance.max()),
        outline_share=outline_share,
    )


def terms(standard: NDArray[np.floating]) -> NDArray[np.float32]:
    """(..., 902) that the fit weighs, of (..., 41) standardised features: these and their products.

    Whether things are in focus is read differently where there is much of them and where there is
    little; a sum of features alone cannot say that.
    """
    clipped = np.clip(standard, -_CLIPPED, _CLIPPED)
    one, other = np.triu_indices(FEATURES)
    products = _PRODUCTS * clipped[..., one] * clipped[..., other]
    return np.concatenate([clipped, products], axis=-1).astype(np.float32)


def describe_background(
    thumbnail: Thumbnail, person: Person, behind: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.float32], float]:
    """Everything that the fit looks at, (41,), and the share of hard outlines."""
    small = thumbnail.bgr
    behind = _behind(thumbnail, person) if behind is None else behind
    mask = cv2.resize(person.mask.astype(np.float32), (small.shape[1], small.shape[0]))
    # A smaller picture is not enlarged, but its slopes are read as if it were.
    size = max(small.shape[:2]) / _SIDE_PX
    luma = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    slope = _slope(_blurred(luma, max(0.4, 0.8 * size))) * size
    there = slope[behind]
    on_person = slope[mask > _PERSON_FROM] if (mask > _PERSON_FROM).any() else there
    steep = np.percentile(there[::2], _SLOPE_QUANTILES)
    shares = np.array([float((there > limit).mean()) for limit in _SLOPES])
    detail = _detail_by_scale(luma, behind)
    features = [
        _octaves(steep),
        [_octaves(float(there.mean())), _octaves(steep[-1])
         - _octaves(float(np.percentile(on_person[::2], _SLOPE_QUANTILES[-1])))],
        np.sqrt(shares),
        detail.ravel(),
        detail[:-1, 1] - detail[1:, 1],
        _colours(small, behind),
        _outlines(luma, behind, max(size, _SMALLEST_SIZE)),
    ]  # fmt: skip
    return np.concatenate(features).astype(np.float32), float(shares[-1])


def _outlines(
    luma: NDArray[np.float32], behind: NDArray[np.bool_], size: float
) -> NDArray[np.floating]:
    """(9,): how wide outlines are, in octaves of a pixel of 384: three quantiles by their slope and
    three by its square; how much of them is narrow and how much is wide, in octaves; which share is
    narrow.
    """
    slight, strong = _SLIGHT_PX * size, _STRONG_PX * size
    fine = _slope(_blurred(luma, slight))
    coarse = _slope(_blurred(luma, strong))
    crest = (fine >= 0.999 * cv2.dilate(fine, np.ones((3, 3)))) & behind & (fine > _LEAST_SLOPE)
    slope = fine[crest]
    if len(slope) < _LEAST_OUTLINES:
        return np.array(_NO_OUTLINES)
    ratio = np.clip(slope / np.maximum(coarse[crest], 1e-3), 1.02, 10)
    variance = (strong**2 - ratio**2 * slight**2) / (ratio**2 - 1)
    width = np.log2(np.sqrt(np.clip(variance, 0.01, 64)) / size)
    order = np.argsort(width)
    width, slope = width[order], slope[order]
    quantiles = []
    for weight in (slope, slope**2):
        up_to = np.cumsum(weight) / weight.sum()
        at = np.searchsorted(up_to, _WIDTH_QUANTILES)
        quantiles.append(width[np.minimum(at, len(width) - 1)])
    narrow = slope[width < _IN_FOCUS_BELOW].sum()
    amounts = _octaves(100 * np.array([narrow, slope.sum() - narrow]) / behind.sum())
    return np.concatenate([*quantiles, amounts, [narrow / slope.sum()]])


def _blurred(luma: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return cv2.GaussianBlur(luma, (0, 0), sigma).astype(np.float32, copy=False)


def _behind(thumbnail: Thumbnail, person: Person) -> NDArray[np.bool_]:
    """Background well away from the person."""
    height, width = thumbnail.bgr.shape[:2]
    mask = cv2.resize(person.mask.astype(np.float32), (width, height))
    return _apart((mask < _BACKGROUND_BELOW).astype(np.uint8), max(height, width)) > 0


def _octaves(levels: NDArray[np.floating] | float) -> NDArray[np.floating]:
    return np.asarray(np.log2(np.asarray(levels) + 0.1))


def _slope(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels a pixel: the weights of Scharr's derivative add up to 16 over two pixels."""
    dx, dy = cv2.Scharr(luma, cv2.CV_32F, 1, 0), cv2.Scharr(luma, cv2.CV_32F, 0, 1)
    return (cv2.magnitude(dx, dy) / 32).astype(np.float32, copy=False)


def _detail_by_scale(luma: NDArray[np.float32], behind: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(5, 2): octaves of level by which the background departs from its surroundings."""
    found = np.full((_SCALES, len(_DETAIL_QUANTILES)), float(_octaves(0.0)))
    inside = behind.astype(np.uint8)
    for scale in range(_SCALES):
        fine = np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 1.0))[inside > 0]
        if len(fine) < _LEAST_PIXELS:
            found[scale:] = found[max(0, scale - 1)]
            break
        found[scale] = _octaves(np.percentile(fine, _DETAIL_QUANTILES))
        if min(luma.shape) < 4:
            break
        luma = cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(
            np.float32, copy=False
        )
        size = (luma.shape[1], luma.shape[0])
        inside = cv2.resize(inside, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    return found


def _colours(small: NDArray[np.uint8], behind: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far CIELAB spreads, as it is and without a smooth slope; lightness and chroma."""
    step = slice(None, None, _COLOUR_STEP_PX)
    rows, columns = np.nonzero(behind[step, step])
    lab = to_lab(linear(np.ascontiguousarray(small[step, step])))[rows, columns]
    if len(lab) < _LEAST_PIXELS:
        return np.zeros(8)
    side = max(behind.shape) / _COLOUR_STEP_PX
    x, y = columns / side - 0.5, rows / side - 0.5
    smooth = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    rest = lab - smooth @ np.linalg.lstsq(smooth, lab, rcond=None)[0]
    spread = _octaves(np.concatenate([lab.std(axis=0), rest.std(axis=0)]))
    chroma = np.hypot(lab[:, 1], lab[:, 2]).mean()
    return np.concatenate([spread, [lab[:, 0].mean() / 50, chroma / 20]])


def _apart(behind: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    gap = 2 * round(_GAP_SHARE * side / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    bordered = cv2.copyMakeBorder(behind, gap, gap, gap, gap, cv2.BORDER_CONSTANT, value=1)
    return cv2.erode(bordered, kernel)[gap:-gap, gap:-gap].astype(np.uint8)
