"""What small networks see in front of a face, in its aligned copy.

They look at brightness relative to the sitter's own skin and at the directions of edges. One judges
whether a mask is in front of nose, mouth and chin, one whether anything at all is in front of a
part of them; what is in front of an eye is judged in ``lenses``. The one for masks looks at hues as
well, and was fitted so that it does without: many pictures have none.
``tools/accuracy/fits/covering.py`` and ``masks.py`` fit them.
"""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers import weights

__all__ = [
    "CHEEKS",
    "check_seen",
    "cut_out",
    "describe",
    "lower_features",
    "lower_probabilities",
    "mask_features",
    "mean_odds",
    "pool",
    "probability",
    "shifted_copies",
]

T = TypeVar("T", np.uint8, np.float32)

_BINS = 8
_CELL_PX = 8
# Left, top, right, bottom in the aligned copy.
_LOWER = (24, 66, 104, 154)
_FACE = (16, 24, 112, 152)
# Skin that says how bright this face is: under the eyes and beside the nose for the eyes; forehead,
# bridge and under the eyes for what lies lower.
CHEEKS = (36, 82, 92, 98)
_UPPER = (40, 34, 88, 46), (58, 52, 70, 76), (30, 70, 98, 78)

# Turned further, the far half of the face is hidden behind the nose, and the networks saw no such
# faces when they were fitted.
_MOST_YAW_DEG = 42.0

# The landmarks are off by as much, more so under a cover: the answers for the copy as it is and
# moved by a step are averaged. On people not fitted on, sunglasses caught at 1 % false alarms rise
# from 95.6 to 97.8 %.
_STEPS_PX = ((0, 0), (-2, 0), (2, 0), (0, -2), (0, 2))

# Where nine tenths of the copy are darker than this, shapes are noise; where half of the upper face
# is, lit by a lamp from beside or behind, it has no skin to be compared with.
_BLACK_LEVELS = 16
_UPPER_HALVES = (16, 30, 62, 100), (66, 30, 112, 100)

# A pixel of 8 levels in shadow is noise; differences below it say nothing.
_FLOOR_LEVELS = 8.0
# Hues are read coarsely, where JPEG keeps one of them for four pixels, and are noise sooner.
_HUE_BLUR_PX = 2.0
_HUE_FLOOR_LEVELS = 16.0

# What covers the whole covers a part. Odds of a part are taken so many times as high: of every mask
# they then allow .97 and more. Of 5 bare faces of sets not fitted on that the one network calls
# covered, they clear 4.
_DOUBT = 4.0

_FITTED = {"eye": "glasses", "lower": "covering", "mask": "masks"}


def cut_out(grey: NDArray[np.float32], box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """The part of an aligned copy in ``box``: left, top, right, bottom."""
    left, top, right, bottom = box
    return grey[top:bottom, left:right]


def _grey(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma, blurred to the detail that small pictures have, so that detail is no evidence."""
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), 0.9), np.float32)


def _relative(part: NDArray[np.float32], skin_levels: float) -> NDArray[np.float32]:
    """Log brightness against skin, in doublings of the coded value."""
    ratio = (part + _FLOOR_LEVELS) / (skin_levels + _FLOOR_LEVELS)
    relative: NDArray[np.float32] = np.clip(np.log2(ratio), -4.0, 2.0).astype(np.float32)
    return relative


def pool(values: NDArray[np.float32], cell_px: int) -> NDArray[np.float32]:
    """The means of square cells."""
    size = (values.shape[1] // cell_px, values.shape[0] // cell_px)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _edges(relative: NDArray[np.float32]) -> NDArray[np.float32]:
    """Histograms of edge directions in cells, each normalised by its neighbourhood (HOG)."""
    across = cv2.Sobel(relative, cv2.CV_32F, 1, 0, ksize=3) / 8
    down = cv2.Sobel(relative, cv2.CV_32F, 0, 1, ksize=3) / 8
    strength = np.hypot(across, down)
    turn = (np.arctan2(down, across) / np.pi % 1.0) * _BINS
    lower = turn.astype(np.int64)
    to_upper = turn - lower
    rows, columns = relative.shape[0] // _CELL_PX, relative.shape[1] // _CELL_PX
    y = np.arange(relative.shape[0])[:, None]
    x = np.arange(relative.shape[1])[None, :]
    cell = (y // _CELL_PX * columns + x // _CELL_PX) * _BINS
    count = rows * columns * _BINS
    total = np.bincount((cell + lower % _BINS).ravel(), (strength * (1 - to_upper)).ravel(), count)
    total += np.bincount((cell + (lower + 1) % _BINS).ravel(), (strength * to_upper).ravel(), count)
    histogram = (total / _CELL_PX**2).reshape(rows, columns, _BINS).astype(np.float32)
    # Rounding can leave a hair below zero.
    energy = np.maximum(cv2.blur((histogram**2).sum(axis=-1), (3, 3)), 0.0)
    # .02 is the edge strength of noise in smooth skin.
    normalised: NDArray[np.float32] = np.minimum(
        histogram / (np.sqrt(energy)[..., None] + 0.02), 1.0
    )
    return normalised


def describe(part: NDArray[np.float32], skin_levels: float) -> NDArray[np.float32]:
    """(n,): brightness against skin, strength of edges and their directions, in cells."""
    relative = _relative(part, skin_levels)
    strength = np.hypot(
        cv2.Sobel(relative, cv2.CV_32F, 1, 0, ksize=3),
        cv2.Sobel(relative, cv2.CV_32F, 0, 1, ksize=3),
    )
    return np.concatenate(
        [
            pool(relative, 4).ravel(),
            np.sqrt(pool(strength, _CELL_PX)).ravel(),
            2 * _edges(relative).ravel(),
        ]
    ).astype(np.float32)


def lower_features(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n,): what is seen of nose, mouth and chin."""
    grey = _grey(bgr)
    skin = float(np.percentile(np.concatenate([cut_out(grey, b).ravel() for b in _UPPER]), 60))
    return describe(cut_out(grey, _LOWER), skin)


def _hue_field(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w, 2): doublings of red and of blue against green, blurred."""
    seen = cv2.GaussianBlur(bgr, (0, 0), _HUE_BLUR_PX).astype(np.float32)
    log = np.log2(seen + _HUE_FLOOR_LEVELS)
    field: NDArray[np.float32] = np.stack(
        [log[..., 2] - log[..., 1], log[..., 0] - log[..., 1]], axis=-1
    )
    return field


def _hues(field: NDArray[np.float32]) -> NDArray[np.float32]:
    """A hue field in cells of the face, less that of the skin; then that of the skin."""
    skin = np.median(np.concatenate([cut_out(field, box).reshape(-1, 2) for box in _UPPER]), axis=0)
    cells = pool(np.ascontiguousarray(cut_out(field, _FACE)), _CELL_PX) - skin
    hue: NDArray[np.float32] = 2 * np.clip(np.concatenate([cells.ravel(), skin]), -1.5, 1.5)
    return hue


def _hue_count() -> int:
    left, top, right, bottom = _FACE
    return 2 * ((right - left) // _CELL_PX) * ((bottom - top) // _CELL_PX) + 2


def mask_features(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n,): what is seen of nose, mouth and chin, and the hues of the whole face."""
    return np.concatenate([lower_features(bgr), _hues(_hue_field(bgr))]).astype(np.float32)


def probability(network: str, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Output of the network ``"eye"``, ``"lower"`` or ``"mask"`` for (k, n) features: (k,)."""
    fitted = weights.arrays_of(_FITTED[network])
    total = np.zeros(len(features), np.float32)
    members = 0
    while f"{network}{members}_w0" in fitted:
        name = f"{network}{members}"
        hidden = (features - fitted[f"{network}_mean"]) / fitted[f"{network}_scale"]
        layer = 0
        while f"{name}_w{layer}" in fitted:
            hidden = hidden @ fitted[f"{name}_w{layer}"] + fitted[f"{name}_b{layer}"]
            layer += 1
            if f"{name}_w{layer}" in fitted:
                hidden = np.maximum(hidden, 0.0)
        total += hidden[:, 0]
        members += 1
    calibrated = total / max(members, 1) - fitted[f"{network}_zero"]
    return (1 / (1 + np.exp(-np.clip(calibrated, -30, 30)))).astype(np.float32)


def _every_way(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(10, n): :func:`mask_features` of every copy as it is, and mirrored.

    Hues are blurred once: to move and to mirror what is blurred is the same.
    """
    field = _hue_field(bgr)
    ways = []
    for copy, hues in zip(shifted_copies(bgr), shifted_copies(field), strict=True):
        for picture, hue in ((copy, hues), (copy[:, ::-1], hues[:, ::-1])):
            lower = lower_features(np.ascontiguousarray(picture))
            ways.append(np.concatenate([lower, _hues(hue)]))
    return np.stack(ways).astype(np.float32)


def _shifted(picture: NDArray[T], right_px: int, down_px: int) -> NDArray[T]:
    if not right_px and not down_px:
        return picture
    move = np.array([[1, 0, right_px], [0, 1, down_px]], np.float64)
    size = (picture.shape[1], picture.shape[0])
    moved = cv2.warpAffine(
        picture, move, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, picture.dtype)


def mean_odds(probabilities: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The mean of several answers, taken on the scale of log odds."""
    safe = np.clip(np.stack(probabilities), 1e-7, 1 - 1e-7).astype(np.float64)
    odds = np.log(safe / (1 - safe)).mean(axis=0)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)


def check_seen(
    bgr: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    yaw_deg: float,
    most_yaw_deg: float = _MOST_YAW_DEG,
) -> None:
    """Raises :class:`Unmeasurable` for a face that is seen from the side, or in the dark.

    ``bgr`` and ``inside`` are those of :class:`~qcheck.probes.portrait.AlignedFace`.
    """
    if abs(yaw_deg) > most_yaw_deg:
        raise Unmeasurable("the face is turned too far aside to tell what is in front of it")
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    if np.percentile(luma[inside] if inside.any() else luma, 90) < _BLACK_LEVELS:
        raise Unmeasurable("the face is too dark to tell what is in front of it")
    if any(np.percentile(cut_out(luma, box), 90) < _BLACK_LEVELS for box in _UPPER_HALVES):
        raise Unmeasurable("half of the face is too dark to tell what is in front of it")


def lower_probabilities(bgr: NDArray[np.uint8]) -> tuple[float, float]:
    """How surely nose, mouth and chin are covered together, and how surely any part of them is."""
    ways = _every_way(bgr)
    without_hues = ways[:, : -_hue_count()]
    whole = float(mean_odds(list(probability("mask", ways)[:, None]))[0])
    part = float(mean_odds(list(probability("lower", without_hues)[:, None]))[0])
    return min(whole, _most_given(part)), part


def _most_given(part: float) -> float:
    """How surely the whole can be covered at most where ``part`` is how surely a part is.

    Two networks that were fitted on different drawings rarely invent the same cover.
    """
    return part * _DOUBT / (part * _DOUBT + 1 - part)


def shifted_copies(picture: NDArray[T]) -> list[NDArray[T]]:
    """The aligned copy as it is, then moved by a step each way."""
    return [_shifted(picture, *step) for step in _STEPS_PX]
