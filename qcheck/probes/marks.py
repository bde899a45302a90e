"""Whether a bar, a sticker or a mosaic is laid over the face.

Nothing in front of a lens is of one and the same colour throughout, nor made of equal squares:
skin, cloth and shadow have grain and shading, even where they look plain. So a large part of the
face of exactly one colour, or a grid in both directions, was put there afterwards. Words and
see-through watermarks are not found: letters over a face are as thin as hair and glasses are.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.media.content import Picture
from qcheck.probes.helpers.face_mesh import OVAL, PARTS
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Face, Mark

__all__ = ["find_mark"]

# The face is looked at in this size: large enough for squares, small enough to be quick.
_FACE_PX = 320
_MARGIN = 0.1
_SMALLEST_PX = 60

# A pixel belongs to a plain part where it differs from its neighbours by what JPEG adds at most.
_PLAIN_LEVELS = 7
# And the part is of one colour where 96 % of it lie within so many levels. In 520 portraits no part
# of this share of the face did but for blown, black and skin-coloured ones; 9 of 10 bars and 3 of 4
# stickers do.
_ONE_COLOUR_LEVELS = 10
_LEAST_SHARE_WITHIN = 0.016
# A hat and hair are plain at times, and come in from the face's rim.
_LEAST_SHARE = 0.03
_WITHIN = 0.95
# Of one colour nothing scatters by as much as this; told faster than the above.
_MOST_SCATTER_LEVELS = 6.0
_LEAST_INSIDE = 0.25
# A face that is drawn in plain colours is of one colour where it is skin.
_LEAST_OFF_SKIN_LEVELS = 30
# Blown and black parts are of one colour by nature, and end softly or have no shape.
_BLACK_LEVELS, _BLOWN_LEVELS = 8, 247
_LEAST_SHARE_CLIPPED = 0.05
_LEAST_SOLID_CLIPPED = 0.88
_LEAST_SHARP_CLIPPED = 0.6
_EDGE_LEVELS = 25
_RING_PX = (3.0, 6.0)
_RING_MARGIN_PX = 8

# Squares of a mosaic, in widths of the face, and how much stronger the grid's lines must be than
# what lies between them, across and down: 2.9 at most in 175 portraits, 3.3 and more in 21 of 25
# mosaics.
_SQUARE_SHARE = (0.03, 0.14)
_LEAST_SQUARE_PX = 6.0
# Over a window of ten squares the line that is off by so much is off by a quarter of a square.
_PERIOD_STEP = 0.025
_LEAST_GRID = 3.3
_WINDOW_SHARE = 0.4
_WINDOWS = (5, 4)
_MOST_STEP_LEVELS = 40
# Where the strongest lines are not so many times the usual ones, there is no grid to look for.
_SPIKY = 2.2


def find_mark(picture: Picture, face: Face) -> Mark:
    """The largest mark on the main face; none, with an empty ``kind``, where it is clear."""
    bgr, points, place = _close(picture.bgr, face)
    outline = _filled(bgr.shape[:2], points[list(OVAL)])
    covered = _plain_part(bgr, outline)
    kind = "patch"
    if covered is None:
        covered, kind = _mosaic(bgr, points), "mosaic"
    if covered is None:
        return Mark(kind="", hides=(), covered_share=0.0, where=None)
    shared = float((covered & outline).sum() / max(int(outline.sum()), 1))
    y, x = np.nonzero(covered)
    scale, left, top = place
    at = points.round().astype(int).clip(0, (bgr.shape[1] - 1, bgr.shape[0] - 1))
    hides = [name for name, part in PARTS.items() if any(covered[at[p, 1], at[p, 0]] for p in part)]
    box = Box(
        left + float(x.min()) / scale,
        top + float(y.min()) / scale,
        left + float(x.max() + 1) / scale,
        top + float(y.max() + 1) / scale,
    )
    return Mark(kind=kind, hides=tuple(hides), covered_share=shared, where=box)


def _close(
    bgr: NDArray[np.uint8], face: Face
) -> tuple[NDArray[np.uint8], NDArray[np.float64], tuple[float, int, int]]:
    """The face, reduced; its mesh there; and the scale, left and top of the way back."""
    region, margin = face.region, _MARGIN * face.region.side_px
    left, top = max(0, int(region.left_px - margin)), max(0, int(region.top_px - margin))
    part = bgr[top : int(region.bottom_px + margin) + 1, left : int(region.right_px + margin) + 1]
    if min(part.shape[:2]) < 2:
        part, left, top = bgr[:2, :2], 0, 0
    small = shrink(part, _FACE_PX / max(region.side_px, 1.0)).astype(np.uint8, copy=False)
    scale = small.shape[1] / part.shape[1]
    points = (face.landmarks_px[:, :2].astype(np.float64) - (left, top)) * scale
    return small, points, (scale, left, top)


def _filled(size: tuple[int, ...], points: NDArray[np.float64]) -> NDArray[np.uint8]:
    mask = np.zeros(size[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
    return mask


def _plain_part(bgr: NDArray[np.uint8], outline: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The largest part of exactly one colour that is not skin, shadow or glare."""
    square = np.ones((3, 3), np.uint8)
    blue, green, red = cv2.split(cv2.subtract(cv2.dilate(bgr, square), cv2.erode(bgr, square)))
    plain = (cv2.max(cv2.max(blue, green), red) <= _PLAIN_LEVELS).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plain, connectivity=4)
    face_area = max(int(outline.sum()), 1)
    skin = np.median(bgr[outline > 0][::7], axis=0) if outline.any() else np.zeros(3)
    order = np.argsort(-stats[:, cv2.CC_STAT_AREA])
    for index in order[order > 0]:
        share = stats[index, cv2.CC_STAT_AREA] / face_area
        if share < _LEAST_SHARE_WITHIN:
            return None
        part = labels == index
        if cv2.meanStdDev(bgr, mask=part.astype(np.uint8))[1].max() > _MOST_SCATTER_LEVELS:
            continue
        pixels = bgr[part][::5].astype(np.float32)
        low, colour, high = np.percentile(pixels, [2, 50, 98], axis=0)
        if (high - low).max() > _ONE_COLOUR_LEVELS:
            continue
        inside = float(outline[part].mean())
        if inside < (_LEAST_INSIDE if share >= _LEAST_SHARE else _WITHIN):
            continue
        if np.abs(colour - skin).max() < _LEAST_OFF_SKIN_LEVELS:
            continue
        clipped = colour.max() <= _BLACK_LEVELS or colour.min() >= _BLOWN_LEVELS
        shape = _outlined(part)
        if clipped and (share < _LEAST_SHARE_CLIPPED or not _cut_out(bgr, shape, colour)):
            continue
        return shape
    return None


def _outlined(part: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """``part`` without its holes."""
    contours, _ = cv2.findContours(part.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    shape = np.zeros(part.shape, np.uint8)
    cv2.drawContours(shape, contours, -1, 1, -1)
    return shape


def _cut_out(
    bgr: NDArray[np.uint8], shape: NDArray[np.uint8], colour: NDArray[np.floating]
) -> bool:
    """Whether a black or white part has the plain shape and the sharp edge of a drawn one."""
    contours, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(contours)))
    if float(shape.sum()) < _LEAST_SOLID_CLIPPED * hull:
        return False
    away = cv2.distanceTransform(1 - shape, cv2.DIST_L2, 3)
    ring = (away >= _RING_PX[0]) & (away <= _RING_PX[1])
    steps = np.abs(bgr[ring].astype(np.float32) - colour).max(axis=1)
    return bool(steps.size) and float((steps > _EDGE_LEVELS).mean()) >= _LEAST_SHARP_CLIPPED


def _mosaic(bgr: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.uint8] | None:
    """The windows of the face that are made of equal squares."""
    luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    oval = points[list(OVAL)]
    left, top = np.maximum(oval.min(axis=0), 0).astype(int)
    right, bottom = np.minimum(oval.max(axis=0), (luma.shape[1], luma.shape[0])).astype(int)
    window = int(_WINDOW_SHARE * (right - left))
    if min(right - left, bottom - top) < _SMALLEST_PX:
        return None
    across = np.minimum(np.abs(np.diff(luma, axis=1)), _MOST_STEP_LEVELS)
    down = np.minimum(np.abs(np.diff(luma, axis=0)), _MOST_STEP_LEVELS)
    squares = _SQUARE_SHARE[0] * (right - left), _SQUARE_SHARE[1] * (right - left)
    found = np.zeros(luma.shape, np.uint8)
    for y in np.linspace(top, bottom - window - 1, _WINDOWS[0]).astype(int):
        for x in np.linspace(left, right - window - 1, _WINDOWS[1]).astype(int):
            rows, columns = slice(y, y + window), slice(x, x + window)
            lines = across[rows, columns].mean(axis=0), down[rows, columns].mean(axis=1)
            if min(_spikes(each) for each in lines) < _SPIKY:
                continue
            if min(_grid(each, squares) for each in lines) >= _LEAST_GRID:
                found[rows, columns] = 1
    return found if found.any() else None


def _spikes(line: NDArray[np.floating]) -> float:
    """How many times the usual step the strongest twentieth of ``line`` is."""
    steps = np.sort(line)
    return float(steps[int(0.95 * len(steps))] / (steps[len(steps) // 2] + 0.5))


def _grid(line: NDArray[np.floating], squares: tuple[float, float]) -> float:
    """How much stronger equally spaced steps are than those between them, at the best spacing."""
    first = max(_LEAST_SQUARE_PX, squares[0])
    count = (
        max(1, int(np.log(squares[1] / first) / np.log1p(_PERIOD_STEP)))
        if squares[1] > first
        else 0
    )
    best = 0.0
    index = np.arange(len(line))
    for period in first * (1 + _PERIOD_STEP) ** np.arange(count):
        bins = round(period)
        phase = np.minimum(index % period * (bins / period), bins - 1).astype(int)
        counts = np.maximum(np.bincount(phase, minlength=bins), 1)
        means = np.bincount(phase, line, minlength=bins) / counts
        peak = int(means.argmax())
        near = means[peak] + means[peak - 1] + means[(peak + 1) % bins]
        between = (means.sum() - near) / (bins - 3)
        best = max(best, float(means[peak] / (between + 0.5)))
    return best
