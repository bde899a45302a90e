"""Crops to the framing guide: the face in the middle, eyes at a third, shoulders in.

Unsafe, because it throws away what somebody framed. It cuts along whole pixels: nothing is turned,
enlarged or filled up, so a picture that has not the room stays short of the guide.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.media.content import Picture
from qcheck.probes.portrait import BodyExtent, Crown, Face, Faces, Framing

# The framing guide: eyes on the line one third from the top.
_EYES_AT = 1 / 3
# Room above the hair, in heights of the face: "minimal", and no hair at the edge.
_AIR = 0.12
# Shoulder joints are 1.3 to 2.3 face widths apart (315 photographs, 5th to 95th percentile).
_SHOULDERS_WIDE = 2.4
# Hips lie 2.2 heights of the face or more below the chin (the same photographs).
_ABOVE_HIPS = 1.9
# Less below the chin than this, and the neck is cut.
_BELOW_CHIN = 0.2
# Off the middle by so much of what the rule face-centred lets pass, where that lets the second
# shoulder in.
_OFF = (0.375, 0.75)
_SHAPES = (9 / 16, 16 / 9)
_STEPS = 41


@dataclass(frozen=True)
class _Sight:
    """What must be framed, in pixels."""

    middle: float
    eyes: float
    crown: float
    chin: float
    face_width: float
    face_height: float
    left: float
    right: float


@fix(
    "crop",
    medium="portrait",
    turn=50,
    answers=("face-centred", "eye-line", "headroom", "head-and-shoulders"),
    safe=False,
)
def crop(
    picture: Picture, face: Face, faces: Faces, framing: Framing, crown: Crown, body: BodyExtent,
    wish: Wish,
) -> Repaired | None:  # fmt: skip
    """Crop to the framing guide: face centred, eyes at a third, shoulders in."""
    group = [f for f in faces.faces if f.region.area_px >= 0.1 * face.region.area_px]
    left = min(f.region.left_px for f in group)
    right = max(f.region.right_px for f in group)
    eyes = float(np.mean([(f.right_eye_px[1] + f.left_eye_px[1]) / 2 for f in group]))
    sight = _Sight(
        middle=(left + right) / 2,
        eyes=eyes,
        crown=min([crown.top_px, *(f.region.top_px for f in group)]),
        chin=max(f.region.bottom_px for f in group),
        face_width=face.region.width_px,
        face_height=face.region.height_px,
        left=left,
        right=right,
    )
    # Hips in the picture are cut off; a picture without them keeps as much as it has.
    lowest = picture.height_px
    if body.hips or body.knees or body.uncertain:
        lowest = min(lowest, round(sight.chin + _ABOVE_HIPS * sight.face_height))
    eyes_within = wish.limit("eye-line", "warn_outside_share")
    off = wish.limit("face-centred", "warn_above_share")
    size = picture.width_px, picture.height_px
    frame = _best_frame(sight, size, lowest, eyes_within, off)
    if frame is None or frame == (0, 0, *size):
        return None
    x0, y0, x1, y1 = frame
    cut = dataclasses.replace(
        picture,
        bgr=np.ascontiguousarray(picture.bgr[y0:y1, x0:x1]),
        alpha=None if picture.alpha is None else np.ascontiguousarray(picture.alpha[y0:y1, x0:x1]),
    )
    return Repaired(
        (cut,),
        f"cropped from {picture.width_px} x {picture.height_px} to {x1 - x0} x {y1 - y0} px: eyes "
        f"{framing.eye_height_share:.0%} to {(sight.eyes - y0) / (y1 - y0):.0%} from the top, face "
        f"{abs(sight.middle / picture.width_px - 0.5):.0%} to "
        f"{abs((sight.middle - x0) / (x1 - x0) - 0.5):.0%} off the middle",
    )


def _best_frame(
    sight: _Sight,
    size: tuple[int, int],
    lowest: int,
    eyes_within: tuple[float, float],
    off_share: float,
) -> tuple[int, int, int, int] | None:
    """The largest frame around the middle with the eyes nearest to a third; None: no room.

    ``off_share`` is how far off the middle the face may be, as a share of the width.
    """
    width, (low, high) = size[0], eyes_within
    inside = 0.02  # away from the limits, which rounding to pixels may cross
    shares = sorted(
        np.linspace(low + inside, high - inside, _STEPS), key=lambda share: abs(share - _EYES_AT)
    )
    shoulders = max(_SHOULDERS_WIDE * sight.face_width, sight.right - sight.left + sight.face_width)
    near = min(sight.middle, width - sight.middle)
    # In the middle with both shoulders; else a little off it; else without room for shoulders.
    offs = [off_share * share for share in (0.0, *_OFF)]
    tries = [(off, shoulders) for off in offs] + [(offs[-1], 0.0)]
    for off, wanted in tries:
        across = min(float(width), near / (0.5 - off))
        for share in (_EYES_AT, *shares):
            frame = _frame(sight, size, lowest, share, across)
            if frame is not None and frame[2] - frame[0] >= min(wanted, width) - 1:
                return frame
    return None


def _frame(
    sight: _Sight, size: tuple[int, int], lowest: int, share: float, across: float
) -> tuple[int, int, int, int] | None:
    """The largest frame at most ``across`` wide with the eyes at ``share``; None: heads are cut."""
    width, height = size
    # What is above the eyes, and what is below, bounds the height.
    tall = min(sight.eyes / share, (lowest - sight.eyes) / (1 - share))
    wide = min(across, tall * max(_SHAPES[0], min(_SHAPES[1], width / height)))
    wide = max(wide, min(across, _SHOULDERS_WIDE * sight.face_width, tall * _SHAPES[1]))
    tall = min(tall, wide / _SHAPES[0])
    top = sight.eyes - share * tall
    if top > max(0.0, sight.crown - _AIR * sight.face_height) + 1:
        return None
    if top + tall < min(height - 1, sight.chin + _BELOW_CHIN * sight.face_height):
        return None
    x0, y0 = round(min(max(sight.middle - wide / 2, 0.0), width - wide)), round(top)
    frame = (max(0, x0), max(0, y0), min(width, x0 + int(wide)), min(height, y0 + int(tall)))
    return frame if frame[0] <= max(sight.left, 0) and frame[2] >= min(sight.right, width) else None
