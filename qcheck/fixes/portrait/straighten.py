"""Turns the picture until the head is upright, and crops it to what the picture covers.

Unsafe, because walls and horizons turn with it and its corners go. No pixel is made up at the
edges, and the scale stays: nothing is enlarged. A picture that lies on its side or stands on its
head is turned by ``upright``.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.media.content import Picture
from qcheck.probes.portrait import Face, HeadPose, Person

# Room above the hair and below the chin, in heights of the face: the framing guide's and a whole
# neck; else as little as shows that the head is whole.
_ROOM = ((0.12, 0.2), (0.03, 0.2), (0.03, 0.05))
# What may stay of the tilt, as a share of a limit, where there is no room to turn all of it back.
_STAYS = 0.75
# Away from what the rules face-centred and eye-line let pass, where there is room: rounding to
# pixels may cross a limit.
_OFF, _INSIDE = 0.75, 0.02
_SHAPES = np.geomspace(9 / 16, 16 / 9, 25)
_STEPS = 61
# Lanczos' filter reaches four pixels; what it would have to guess at the edge stays outside.
_MARGIN_PX = 4

Frame = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Guide:
    """Where the face should be in the frame, as the rules have it."""

    off_share: float
    """Off the middle by no more of the width."""
    eyes_share: tuple[float, float]
    """How far from the top the eyes are."""


@fix(
    "straighten",
    medium="portrait",
    turn=45,
    answers=("head-roll",),
    safe=False,
    minds=("face-count", "face-cropped", "head-and-shoulders", "face-resolution", "sharpness"),
)
def straighten(
    picture: Picture, face: Face, person: Person, pose: HeadPose, wish: Wish
) -> Repaired | None:
    """Turn the picture until the head is upright, without empty corners."""
    warn_deg = wish.limit("head-roll", "warn_above_deg")
    fail_deg = wish.limit("head-roll", "fail_above_deg")
    low, high = wish.limit("eye-line", "warn_outside_share")
    guide = _Guide(
        _OFF * wish.limit("face-centred", "warn_above_share"), (low + _INSIDE, high - _INSIDE)
    )
    for stays_deg in (0.0, _STAYS / 2 * warn_deg, _STAYS * warn_deg, _STAYS * fail_deg):
        turn_deg = pose.roll_deg - math.copysign(stays_deg, pose.roll_deg)
        if turn_deg * pose.roll_deg <= 0:
            break
        for room in _ROOM:
            mended = _by_degrees(picture, face, person, turn_deg, room, guide)
            if mended is not None:
                return mended
    return None


def _by_degrees(
    picture: Picture,
    face: Face,
    person: Person,
    turn_deg: float,
    room: tuple[float, float],
    guide: _Guide,
) -> Repaired | None:
    size = picture.width_px, picture.height_px
    # The middle of the face stays where it is.
    region = face.region
    middle = (region.left_px + region.right_px) / 2, (region.top_px + region.bottom_px) / 2
    turn = np.asarray(cv2.getRotationMatrix2D(middle, turn_deg, 1.0), np.float64)
    head = _head(face, person, turn, room)
    eyes = (*face.right_eye_px, 1.0), (*face.left_eye_px, 1.0)
    eyes_px = float(np.mean([turn[1] @ each for each in eyes]))
    frame = _frame(size, turn, turn_deg, head, eyes_px, guide)
    if frame is None:
        return None
    x0, y0, x1, y1 = frame
    turn[:, 2] -= x0, y0
    turned = dataclasses.replace(
        picture,
        bgr=_turned(picture.bgr, turn, (x1 - x0, y1 - y0)),
        alpha=None if picture.alpha is None else _turned(picture.alpha, turn, (x1 - x0, y1 - y0)),
    )
    direction = "counter-clockwise" if turn_deg > 0 else "clockwise"
    return Repaired(
        (turned,),
        f"turned by {abs(turn_deg):.0f}° {direction} and cropped from "
        f"{size[0]} x {size[1]} to {x1 - x0} x {y1 - y0} px",
    )


def _turned(
    pixels: NDArray[np.uint8], turn: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.uint8]:
    turned = cv2.warpAffine(
        pixels, turn, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned, np.uint8)


def _head(
    face: Face, person: Person, turn: NDArray[np.float64], room: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what must stay, in the turned picture."""
    points = face.landmarks_px[:, :2].astype(np.float64) @ turn[:, :2].T + turn[:, 2]
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    wide, tall = right - left, bottom - top
    rows, columns = np.nonzero(person.mask > 0.5)
    seen = (np.stack([columns, rows], axis=1) + 0.5) * person.scale @ turn[:, :2].T + turn[:, 2]
    # Hair and headgear above the face, and not a neighbour's or a raised hand beside it.
    hair = seen[(np.abs(seen[:, 0] - (left + right) / 2) < wide / 2) & (seen[:, 1] < top)]
    crown = float(hair[:, 1].min(initial=top))
    above, below = room
    return left, crown - above * tall, right, bottom + below * tall


def _frame(
    size: tuple[int, int],
    turn: NDArray[np.float64],
    turn_deg: float,
    head: tuple[float, float, float, float],
    eyes_px: float,
    guide: _Guide,
) -> Frame | None:
    """The largest upright frame around the head within the turned picture; None: no room for it."""
    width, height = size
    left, top, right, bottom = head
    centre = turn @ (width / 2, height / 2, 1.0)
    reach = math.hypot(width, height) / 2
    xs = centre[0] + np.linspace(-reach, reach, _STEPS)
    ys = centre[1] + np.linspace(-reach, reach, _STEPS)
    xs = np.append(xs, (left + right) / 2)
    x, y, shape = np.meshgrid(xs, ys, _SHAPES, indexing="ij")
    # In the picture's own axes: a frame of half sides (s·shape, s) reaches so far from its centre.
    cos, sin = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    dx, dy = x - centre[0], y - centre[1]
    across = np.abs(cos * dx - sin * dy)
    along = np.abs(sin * dx + cos * dy)
    room_x = width / 2 - _MARGIN_PX - across
    room_y = height / 2 - _MARGIN_PX - along
    half = np.minimum(
        room_x / (shape * abs(cos) + abs(sin)), room_y / (shape * abs(sin) + abs(cos))
    )
    half_x = half * shape
    holds = (half > 0) & (x - half_x <= left) & (x + half_x >= right)
    holds &= (y - half <= top) & (y + half >= bottom)
    if not holds.any():
        return None
    off = np.abs((left + right) / 2 - x) / np.maximum(2 * half_x, 1)
    eyes = (eyes_px - (y - half)) / np.maximum(2 * half, 1)
    low, high = guide.eyes_share
    well = holds & (off <= guide.off_share) & (eyes >= low) & (eyes <= high)
    area = np.where(well if well.any() else holds, half_x * half, 0.0)
    at = np.unravel_index(int(area.argmax()), area.shape)
    x0, y0 = x[at] - half_x[at], y[at] - half[at]
    x1, y1 = x[at] + half_x[at], y[at] + half[at]
    return math.ceil(x0), math.ceil(y0), math.floor(x1), math.floor(y1)
