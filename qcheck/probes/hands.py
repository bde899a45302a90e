"""Whether a hand is in front of the main face, with MediaPipe's hand landmarker.

A hand is skin before skin, so no comparison with the sitter's own skin shows it; a model that knows
hands does. Shown a face it takes noses, ears and hair for small hands now and then. So a hand is
believed only where it is as large as a hand beside this face has to be, and where it lies mostly
beside the face or turns up at the same place in a second look.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.media.content import Picture
from qcheck.probes.helpers import mediapipe_tasks as tasks
from qcheck.probes.helpers.face_mesh import OVAL, PARTS
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Face, HandAtFace, Thumbnail

__all__ = ["find_hand_at_face"]

# Sides of the squares around the face that are searched, in sides of the face. The wide one holds a
# whole hand with its wrist, which the palm detector looks for; the narrow one shows small hands
# larger. The one between is asked only about a hand that one look alone has shown upon the face.
_WIDE, _NARROW, _BETWEEN = 3.0, 1.8, 2.3
_LOOK_PX = 512
_GREY = (127, 127, 127)

# From wrist to the root of the middle finger an adult's hand measures about 10 cm, a face from ear
# to ear 14 cm. Hands at faces of the corpus, bent and pointing at the lens as they are, show .29 to
# .74 of the face's width; noses and ears taken for hands mostly less.
_LEAST_PALM_SHARE = 0.28
# Of a hand that one look alone shows more is asked: 12 of 556 bare faces had one that is smaller,
# less sure, or lies on the face, where a face was taken for a hand.
_LEAST_PALM_SHARE_SEEN_ONCE = 0.33
_SURE_SEEN_ONCE = 0.9
_MOST_INSIDE_SEEN_ONCE = 0.5
# No hand lies on a face with its wrist and every finger; a face that was taken for a hand does.
_MOST_INSIDE = 0.95
# Overlap (intersection over union) of the boxes from which two looks show the same hand.
_SAME_HAND_IOU = 0.35

# A finger is as thick as this share of the palm's width at the knuckles.
_FINGER_SHARE = 0.28
_WRIST, _MIDDLE_ROOT, _FIRST_ROOT, _LAST_ROOT = 0, 9, 5, 17
_PALM = (0, 5, 9, 13, 17)
_FINGERS = ((0, 1, 2, 3, 4), (0, 5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))

# Overlaps are counted on a raster of so many pixels to a face's width.
_RASTER_PX = 128
_RASTER_MARGIN = 0.5

# Without skin beside head and neck there is no hand to look for. Skin is what is as the face is in
# hue, within as much as lips and cheeks of one face differ, in light or in shade. Ears lie within
# the margin.
_SKIN_SIDE_PX = 64
_SKIN_HUE = 11.0
_SKIN_LIGHT = (0.45, 1.6)
_EAR_SHARE = 0.14
_NECK_SHARE = 0.45
_LEAST_SKIN_SHARE = 0.04


@dataclass(frozen=True)
class _Hand:
    points_px: NDArray[np.float64]
    """(21, 2), pixels of the upright picture."""
    certainty: float
    inside_share: float
    """Share of its points within the face's outline."""
    palm_share: float
    """From wrist to the middle finger's root, or across the palm: face widths."""


def find_hand_at_face(picture: Picture, face: Face, thumbnail: Thumbnail) -> HandAtFace:
    """Find the hand that reaches furthest into the main face."""
    nearest = HandAtFace(reach_share=-1.0, covered_share=0.0, over=(), hand=None)
    if not _skin_beside(thumbnail, face):
        return nearest
    wide = _hands(*_square(picture.bgr, face, _WIDE), face)
    for hand in _believed(picture.bgr, face, wide):
        measured = _reach(hand, face)
        if measured.reach_share > nearest.reach_share:
            nearest = measured
    return nearest


def _square(
    bgr: NDArray[np.uint8], face: Face, sides: float
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The square around the face, grey beyond the picture, and the (2, 3) map to it."""
    side = max(sides * face.region.side_px, 1.0)
    scale = _LOOK_PX / side
    left, top = (centre - side / 2 for centre in face.region.centre_px)
    first = max(0, int(top) - 1), max(0, int(left) - 1)
    last = max(first[0] + 1, int(top + side) + 2), max(first[1] + 1, int(left + side) + 2)
    part = bgr[first[0] : last[0], first[1] : last[1]]
    if part.size == 0:
        part, first = bgr[:1, :1], (0, 0)
    # warpAffine does not average, so a large part is reduced by area first.
    small = shrink(part, scale)
    across, down = small.shape[1] / part.shape[1], small.shape[0] / part.shape[0]
    move = np.array(
        [
            [scale / across, 0, (first[1] - left) * scale],
            [0, scale / down, (first[0] - top) * scale],
        ]
    )
    square = cv2.warpAffine(
        small, move, (_LOOK_PX, _LOOK_PX), borderMode=cv2.BORDER_CONSTANT, borderValue=_GREY
    )
    to_square = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    return square.astype(np.uint8, copy=False), to_square


def _skin_beside(thumbnail: Thumbnail, face: Face) -> bool:
    """Whether anything beside head and neck has the face's hue."""
    size = (_SKIN_SIDE_PX, _SKIN_SIDE_PX)
    side = max(_WIDE * face.region.side_px, 1.0)
    scale = _SKIN_SIDE_PX / side
    left, top = (centre - side / 2 for centre in face.region.centre_px)
    to_square = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    reduced = shrink(thumbnail.bgr, scale * thumbnail.scale)
    across = thumbnail.scale * thumbnail.bgr.shape[1] / reduced.shape[1]
    move = to_square * np.array([across, across, 1.0])
    small = cv2.warpAffine(reduced, move, size, borderMode=cv2.BORDER_CONSTANT, borderValue=_GREY)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    points = cv2.transform(face.landmarks_px[None, :, :2].astype(np.float64), to_square)[0]
    outline = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(outline, cv2.convexHull(np.rint(points[list(OVAL)]).astype(np.int32)), 1)
    inner = cv2.erode(outline, np.ones((5, 5), np.uint8)) > 0
    if not inner.any():
        return True
    skin = np.median(lab[inner], axis=0)
    width = float(np.ptp(points[list(OVAL), 0]))
    reach = 2 * round(_EAR_SHARE * width) + 1
    head = cv2.dilate(outline, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    y, x = np.mgrid[:_SKIN_SIDE_PX, :_SKIN_SIDE_PX]
    middle = (points[234, 0] + points[454, 0]) / 2
    neck = (np.abs(x - middle) < _NECK_SHARE * width) & (y > points[[132, 361], 1].mean())
    alike = np.hypot(lab[..., 1] - skin[1], lab[..., 2] - skin[2]) < _SKIN_HUE
    darkest, brightest = (share * skin[0] for share in _SKIN_LIGHT)
    lit = (lab[..., 0] > darkest) & (lab[..., 0] < brightest + 10)
    beyond = np.all(small == _GREY[0], axis=2)
    found = alike & lit & ~head & ~neck & ~beyond
    return bool(found.sum() > _LEAST_SKIN_SHARE * outline.sum())


def _hands(square: NDArray[np.uint8], to_square: NDArray[np.float64], face: Face) -> list[_Hand]:
    """Every hand that one look shows."""
    rgb = cv2.cvtColor(square, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
    shown = tasks.run_task(tasks.hand_landmarker(), rgb)
    outline = np.ascontiguousarray(face.landmarks_px[list(OVAL), :2], np.float32)
    scale, offset = to_square[0, 0], to_square[:, 2]
    hands = []
    for landmarks, handedness in zip(shown.hand_landmarks, shown.handedness, strict=True):
        points = np.array([(p.x * _LOOK_PX, p.y * _LOOK_PX) for p in landmarks], np.float64)
        points = (points - offset) / scale
        inside = [
            cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0 for x, y in points
        ]
        long = float(np.linalg.norm(points[_WRIST] - points[_MIDDLE_ROOT]))
        across = float(np.linalg.norm(points[_FIRST_ROOT] - points[_LAST_ROOT]))
        hands.append(
            _Hand(
                points_px=points,
                certainty=float(handedness[0].score),
                inside_share=float(np.mean(inside)),
                palm_share=max(long, 1.1 * across) / max(face.region.width_px, 1.0),
            )
        )
    return hands


def _believed(bgr: NDArray[np.uint8], face: Face, wide: list[_Hand]) -> list[_Hand]:
    """The hands of the ``wide`` look and of a narrow one that are hands for certain."""
    looks = [wide, _hands(*_square(bgr, face, _NARROW), face)]
    seen = [(hand, looks[1 - index]) for index, look in enumerate(looks) for hand in look]
    kept = [hand for hand, others in seen if _sure_at_once(hand) or _again(hand, others)]
    doubtful = [hand for hand, _ in seen if hand.certainty >= _SURE_SEEN_ONCE]
    if doubtful and not kept:
        between = _hands(*_square(bgr, face, _BETWEEN), face)
        kept = [hand for hand in doubtful if _again(hand, between)]
    return kept


def _sure_at_once(hand: _Hand) -> bool:
    return (
        hand.inside_share < _MOST_INSIDE_SEEN_ONCE
        and hand.palm_share >= _LEAST_PALM_SHARE_SEEN_ONCE
        and hand.certainty >= _SURE_SEEN_ONCE
    )


def _again(hand: _Hand, others: list[_Hand]) -> bool:
    if hand.palm_share < _LEAST_PALM_SHARE or hand.inside_share >= _MOST_INSIDE:
        return False
    return any(_overlap(hand, other) >= _SAME_HAND_IOU for other in others)


def _overlap(one: _Hand, other: _Hand) -> float:
    """Intersection over union of the boxes."""
    low = np.maximum(one.points_px.min(axis=0), other.points_px.min(axis=0))
    high = np.minimum(one.points_px.max(axis=0), other.points_px.max(axis=0))
    shared = float(np.prod(np.maximum(high - low, 0)))
    areas = [float(np.prod(np.ptp(hand.points_px, axis=0))) for hand in (one, other)]
    return shared / max(sum(areas) - shared, 1e-9)


def _reach(hand: _Hand, face: Face) -> HandAtFace:
    """How far the hand comes in from the face's outline, and what it hides."""
    region = face.region
    scale = _RASTER_PX / max(region.width_px, 1.0)
    margin = round(_RASTER_MARGIN * _RASTER_PX)
    size = (round(region.height_px * scale) + 2 * margin, _RASTER_PX + 2 * margin)
    corner = (region.left_px, region.top_px)

    def laid(points: NDArray[np.floating]) -> NDArray[np.int32]:
        return np.asarray(np.rint((points - corner) * scale + margin), np.int32)

    outline = np.zeros(size, np.uint8)
    cv2.fillPoly(outline, [laid(face.landmarks_px[list(OVAL), :2])], 1)
    shape = _shape(laid(hand.points_px), size)
    depth = cv2.distanceTransform(outline, cv2.DIST_L2, 5)
    depth = depth - cv2.distanceTransform(1 - outline, cv2.DIST_L2, 5)
    under = shape > 0
    reach = float(depth[under].max()) / _RASTER_PX if under.any() else -1.0
    places = laid(face.landmarks_px[:, :2]).clip(0, (size[1] - 1, size[0] - 1))
    over = [
        name
        for name, points in PARTS.items()
        if any(under[places[p, 1], places[p, 0]] for p in points)
    ]
    left, top = hand.points_px.min(axis=0)
    right, bottom = hand.points_px.max(axis=0)
    return HandAtFace(
        reach_share=reach,
        covered_share=float((shape & outline).sum() / max(int(outline.sum()), 1)),
        over=tuple(over),
        hand=Box(float(left), float(top), float(right), float(bottom)),
    )


def _shape(points: NDArray[np.int32], size: tuple[int, int]) -> NDArray[np.uint8]:
    """1 where the hand is: its palm, and its fingers as thick lines."""
    shape = np.zeros(size, np.uint8)
    across = float(np.linalg.norm(points[_FIRST_ROOT] - points[_LAST_ROOT]))
    # A palm seen from its edge is as thick as ever.
    across = max(across, 0.5 * float(np.linalg.norm(points[_WRIST] - points[_MIDDLE_ROOT])))
    thick = max(1, round(_FINGER_SHARE * across))
    cv2.fillPoly(shape, [points[list(_PALM)]], 1)
    cv2.polylines(shape, [points[list(_PALM)]], True, 1, thick)
    for finger in _FINGERS:
        cv2.polylines(shape, [points[list(finger)]], False, 1, thick)
    return shape
