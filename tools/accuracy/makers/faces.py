"""Pictures of faces that do something known: lids closed, eyes turned aside, mirrored."""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.media.content import Picture
from qcheck.probes.face import find_faces, main_face
from qcheck.probes.portrait import Face
from tools.accuracy.makers import Made, makes

# MediaPipe's mesh, sitter's right eye then left: upper and lower lid from corner to corner, iris's
# centre and its four edge points.
UPPER = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
    (362, 398, 384, 385, 386, 387, 388, 466, 263),
)
LOWER = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
    (362, 382, 381, 380, 374, 373, 390, 249, 263),
)
IRIS = ((468, 469, 470, 471, 472), (473, 474, 475, 476, 477))
# Share of an eye's width that an iris moves by when the eye turns by the sine's 1: an iris lies
# 10.5 mm ahead of the eye's centre, and the corners are 29 mm apart.
REACH = 10.5 / 29


def _stored(picture: np.ndarray, **truth: float | str) -> Made:
    done, data = cv2.imencode(".png", picture)
    assert done
    return Made(data.tobytes(), ".png", truth)


def _points(picture: np.ndarray) -> np.ndarray:
    """(478, 2). Raises :class:`qcheck.core.probe.Unmeasurable` where there is no face."""
    given = Picture(
        bgr=picture,
        alpha=None,
        format="PNG",
        stored_mode="RGB",
        bits_per_channel=8,
        exif_orientation=1,
        frames=1,
    )
    face: Face = main_face(find_faces(given))
    return face.landmarks_px[:, :2].astype(np.float64)


@makes("portrait")
def mirrored(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """What is told of a face must be told of its mirror image."""
    return _stored(np.ascontiguousarray(picture[:, ::-1]))


@makes("portrait")
def with_closed_lids(picture: np.ndarray, rng: np.random.Generator, eyes: str = "both") -> Made:
    """The upper lids drawn down over the eyes: skin between brow and lashes is stretched.

    ``eyes``: ``both``, ``right`` or ``left`` of the sitter.
    """
    points = _points(picture)
    chosen = {"both": (0, 1), "right": (0,), "left": (1,)}[eyes]
    result = picture.copy()
    for eye in chosen:
        result = _closed(result, points, eye)
    return _stored(result, eyes=eyes)


def _lids(points: np.ndarray, eye: int, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At each of the columns ``x``: where the upper and the lower lid end, and the gap between."""
    upper, lower = points[list(UPPER[eye])], points[list(LOWER[eye])]
    upper, lower = upper[np.argsort(upper[:, 0])], lower[np.argsort(lower[:, 0])]
    lid, seam = np.interp(x, *upper.T), np.interp(x, *lower.T)
    opening = np.maximum(seam - lid, 0)
    opening[(x < upper[0, 0]) | (x > upper[-1, 0])] = 0
    return lid, seam, opening


def _closed(picture: np.ndarray, points: np.ndarray, eye: int) -> np.ndarray:
    rotation, left, top, patch = _upright(picture, points, eye)
    height, width = patch.shape[:2]
    x = np.arange(width, dtype=np.float64)
    lid, seam, opening = _lids(cv2.transform(points[None], rotation)[0] - (left, top), eye, x)
    # Skin from here down is stretched over the opening. It lies below the brow, and above the
    # lashes' shadow, so that the stretch is of skin and not of lashes.
    start = lid - 0.9 * opening.max()
    y = np.arange(height, dtype=np.float64)[:, None]
    lashes = 0.25 * opening
    # From `start` to the seam less the lashes: skin; then lashes and lid's edge, moved as they are.
    long = np.maximum(seam - lashes - start, 1e-6)
    skin = start + (y - start) * (lid - lashes - start) / long
    edge = y - opening
    source = np.where(y < start, y, np.where(y < seam - lashes, skin, np.where(y < seam, edge, y)))
    moved = np.where(opening > 0, source, y)
    closed = cv2.remap(
        patch,
        np.broadcast_to(x.astype(np.float32), (height, width)).copy(),
        moved.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _put_back(picture, closed, rotation, left, top, moved != y)


@makes("portrait")
def with_narrowed_lids(picture: np.ndarray, rng: np.random.Generator, left: float) -> Made:
    """Both lids drawn towards each other, as a laugh or the sun does it.

    ``left``: the share of the opening that is left. The eye between them stays as it is.
    """
    points = _points(picture)
    result = picture.copy()
    for eye in (0, 1):
        result = _narrowed(result, points, eye, left)
    return _stored(result, opening_share=left)


# Of what a narrowed eye loses, the part that the upper lid takes; cheeks lift the lower one.
_UPPER_SHARE = 0.55


def _narrowed(picture: np.ndarray, points: np.ndarray, eye: int, left_open: float) -> np.ndarray:
    rotation, left, top, patch = _upright(picture, points, eye)
    height, width = patch.shape[:2]
    x = np.arange(width, dtype=np.float64)
    lid, seam, opening = _lids(cv2.transform(points[None], rotation)[0] - (left, top), eye, x)
    reach = 0.9 * opening.max()
    lost = (1 - left_open) * opening
    new_lid, new_seam = lid + _UPPER_SHARE * lost, seam - (1 - _UPPER_SHARE) * lost
    start, end = lid - reach, seam + reach
    y = np.arange(height, dtype=np.float64)[:, None]
    # Skin above and below is stretched over the eye.
    above = start + (y - start) * (lid - start) / np.maximum(new_lid - start, 1e-6)
    below = end - (end - y) * (end - seam) / np.maximum(end - new_seam, 1e-6)
    source = np.where((y > start) & (y < new_lid), above, y)
    source = np.where((y > new_seam) & (y < end), below, source)
    moved = np.where(opening > 0, source, y)
    narrowed = cv2.remap(
        patch,
        np.broadcast_to(x.astype(np.float32), (height, width)).copy(),
        moved.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _put_back(picture, narrowed, rotation, left, top, moved != y)


@makes("portrait")
def looking_aside(picture: np.ndarray, rng: np.random.Generator, turn_deg: float) -> Made:
    """Both irises moved along the eyes as if these turned; positive: to the picture's left.

    Between the lids only, whose shape stays. White is stretched on one side and squeezed on the
    other.
    """
    points = _points(picture)
    result = picture.copy()
    for eye in (0, 1):
        rotation, left, top, patch = _upright(result, points, eye)
        turned = cv2.transform(points[None], rotation)[0] - (left, top)
        upper, lower = turned[list(UPPER[eye])], turned[list(LOWER[eye])]
        first, last = sorted((float(upper[0, 0]), float(upper[-1, 0])))
        iris = turned[list(IRIS[eye])]
        centre, radius = iris[0, 0], 0.55 * np.ptp(iris[1:, 0])
        shift = -REACH * np.sin(np.radians(turn_deg)) * (last - first)
        shift = np.clip(shift, first + 0.3 * radius - centre, last - 0.3 * radius - centre)
        height, width = patch.shape[:2]
        x = np.arange(width, dtype=np.float64)
        after = [first, centre + shift - radius, centre + shift + radius, last]
        before = [first, centre - radius, centre + radius, last]
        # An iris that reaches a corner is cut by it: places must stay in order.
        keep = [0] + [i for i in (1, 2) if first + 1 < after[i] < last - 1] + [3]
        source = np.interp(x, [after[i] for i in keep], [before[i] for i in keep])
        source = np.where((x > first) & (x < last), source, x)
        y = np.arange(height, dtype=np.float32)[:, None]
        moved = cv2.remap(
            patch,
            np.broadcast_to(source.astype(np.float32), (height, width)).copy(),
            np.broadcast_to(y, (height, width)).copy(),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        opening = np.zeros((height, width), np.uint8)
        outline = np.concatenate([upper, lower[::-1]])
        cv2.fillPoly(opening, [np.rint(outline).astype(np.int32)], 1)
        result = _put_back(result, moved, rotation, left, top, opening > 0)
    return _stored(result, turn_deg=turn_deg)


def _upright(
    picture: np.ndarray, points: np.ndarray, eye: int
) -> tuple[np.ndarray, int, int, np.ndarray]:
    """The eye and what is around it, turned level: the turn, where the patch lies in the turned
    picture, and the patch.
    """
    one, other = points[UPPER[eye][0]], points[UPPER[eye][-1]]
    if one[0] > other[0]:
        one, other = other, one
    middle = (one + other) / 2
    angle = float(np.degrees(np.arctan2(*(other - one)[::-1])))
    rotation = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, 1.0)
    half = int(np.ceil(0.9 * np.hypot(*(other - one))))
    left, top = (round(float(value)) - half for value in middle)
    local = rotation.copy()
    local[:, 2] -= (left, top)
    size = (2 * half + 1, 2 * half + 1)
    patch = cv2.warpAffine(
        picture, local, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return rotation, left, top, patch


def _put_back(
    picture: np.ndarray,
    patch: np.ndarray,
    rotation: np.ndarray,
    left: int,
    top: int,
    changed: np.ndarray,
) -> np.ndarray:
    """``picture`` with ``patch`` where it ``changed``, blended at the border."""
    local = rotation.copy()
    local[:, 2] -= (left, top)
    height, width = picture.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    back = cv2.warpAffine(
        patch, local, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    soft = cv2.GaussianBlur(changed.astype(np.float32), (0, 0), max(0.6, patch.shape[0] / 120))
    share = cv2.warpAffine(soft, local, (width, height), flags=flags)[..., None]
    blended: np.ndarray = np.rint(share * back + (1 - share) * picture).astype(np.uint8)
    return blended
