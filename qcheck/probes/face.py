"""Faces, with MediaPipe's face landmarker.

Its detector (BlazeFace, short range) sees the picture at 128 x 128: it misses faces that are small
in the picture, cut tightly, dark or partly covered. So the picture is tried as it is, and only
where that shows no face once more padded, brightened, in tiles and lying on its side, the cheap and
likely first, until one shows a face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes import mediapipe_tasks as tasks
from qcheck.probes.base import Unmeasurable
from qcheck.probes.portrait import Face, FaceRegions, Faces, Picture
from qcheck.results import Box

__all__ = ["distinct", "face_regions", "find_faces", "main_face"]

# The landmarker itself works at 256 px a face; a larger picture only costs time.
_LONG_SIDE_PX = 1280

# The detector sees no more than 128 px a side, so second looks need not be larger.
_SECOND_LOOK_PX = 640

# A face whose region is smaller than this share of the picture's longer side is more likely
# somebody in the background of a face that was missed than the sitter: look again.
_PLAUSIBLE_SHARE = 0.06

# Overlap (intersection over union) from which two detections are one face. BlazeFace's own
# non-maximum suppression uses 0.3; landmark regions of two people cheek to cheek reach 0.15.
_SAME_FACE_IOU = 0.3

# Share of the smaller region inside the larger one from which it is a part taken for a face.
_SAME_FACE_INSIDE = 0.7


@dataclass(frozen=True)
class _Look:
    """One picture to search: its pixels, and the way back to the upright picture."""

    bgr: NDArray[np.uint8]
    back: NDArray[np.float64]
    """(2, 3): from pixels of ``bgr`` to pixels of the upright picture."""
    sensitive: bool = False


def find_faces(picture: Picture) -> Faces:
    """Every face that is found, largest first; distinct ones only."""
    small, scale = _reduced(picture.bgr, _LONG_SIDE_PX)
    faces = distinct(_search(_Look(small, _scaling(scale))))
    plausible = _PLAUSIBLE_SHARE * max(picture.width_px, picture.height_px)
    if not faces or faces[0].region.side_px < plausible:
        for look in _second_looks(picture.bgr):
            more = distinct([*faces, *_search(look)])
            if more and (not faces or more[0].region.side_px >= plausible):
                faces = more
                break
    return Faces(tuple(faces))


def main_face(faces: Faces) -> Face:
    if not faces.faces:
        raise Unmeasurable("no face was found")
    return faces.faces[0]


def face_regions(faces: Faces) -> FaceRegions:
    return FaceRegions(tuple(face.region for face in faces.faces))


def distinct(faces: Sequence[Face]) -> list[Face]:
    """``faces``, largest first, without those that are a larger one found again."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda f: -f.region.area_px):
        if not any(_same(face.region, other.region) for other in kept):
            kept.append(face)
    return kept


def _same(smaller: Box, larger: Box) -> bool:
    width = min(smaller.right_px, larger.right_px) - max(smaller.left_px, larger.left_px)
    height = min(smaller.bottom_px, larger.bottom_px) - max(smaller.top_px, larger.top_px)
    if width <= 0 or height <= 0:
        return False
    shared = width * height
    union = smaller.area_px + larger.area_px - shared
    return shared > _SAME_FACE_IOU * union or shared > _SAME_FACE_INSIDE * smaller.area_px


def _second_looks(bgr: NDArray[np.uint8]) -> Iterator[_Look]:
    small, scale = _reduced(bgr, _SECOND_LOOK_PX)
    back = _scaling(scale)
    yield _padded(small, back, 0.25)
    bright = _equalised(small)
    yield _Look(bright, back, sensitive=True)
    yield _padded(bright, back, 0.25, sensitive=True)
    yield _padded(bright, back, 0.5, sensitive=True)
    yield from _tiles(bgr)
    for quarter_turns in (1, 3, 2):
        yield _turned(small, back, quarter_turns)


def _reduced(bgr: NDArray[np.uint8], long_side_px: int) -> tuple[NDArray[np.uint8], float]:
    scale = min(1.0, long_side_px / max(bgr.shape[:2]))
    if scale == 1.0:
        return bgr, 1.0
    size = (max(1, round(bgr.shape[1] * scale)), max(1, round(bgr.shape[0] * scale)))
    return cv2.resize(bgr, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False), scale


def _scaling(scale: float) -> NDArray[np.float64]:
    return np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]])


def _then(back: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    """The affine map ``first``, followed by ``back``."""
    both: NDArray[np.float64] = back @ np.vstack([first, [0.0, 0.0, 1.0]])
    return both


def _padded(
    bgr: NDArray[np.uint8], back: NDArray[np.float64], share: float, *, sensitive: bool = False
) -> _Look:
    """With a grey border, so that a tightly cut face is as small as the detector expects."""
    border = round(share * max(bgr.shape[:2]))
    framed = cv2.copyMakeBorder(
        bgr, border, border, border, border, cv2.BORDER_CONSTANT, value=(127, 127, 127)
    )
    shift = np.array([[1.0, 0, -border], [0, 1, -border]])
    return _Look(framed.astype(np.uint8, copy=False), _then(back, shift), sensitive)


def _equalised(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Local contrast raised in lightness (CLAHE): lifts faces out of the dark and the haze."""
    lab = cv2.cvtColor(bgr, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(4, 4)).apply(lab[..., 0])
    return cv2.cvtColor(lab, cv2.COLOR_LAB2BGR).astype(np.uint8, copy=False)


def _tiles(bgr: NDArray[np.uint8]) -> Iterator[_Look]:
    """Overlapping squares of half the picture's longer side, for faces small in it."""
    height, width = bgr.shape[:2]
    side = max(height, width) // 2
    if side < _SECOND_LOOK_PX // 4:
        return
    for top in _starts(height, side):
        for left in _starts(width, side):
            tile, scale = _reduced(
                np.ascontiguousarray(bgr[top : top + side, left : left + side]), _SECOND_LOOK_PX
            )
            yield _Look(tile, np.array([[1 / scale, 0, left], [0, 1 / scale, top]]))


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = -(-(length - side) * 2 // side) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


_TURNS: dict[int, tuple[int, Callable[[int, int], NDArray[np.float64]]]] = {
    1: (cv2.ROTATE_90_CLOCKWISE, lambda h, w: np.array([[0.0, 1, 0], [-1, 0, h - 1]])),
    2: (cv2.ROTATE_180, lambda h, w: np.array([[-1.0, 0, w - 1], [0, -1, h - 1]])),
    3: (cv2.ROTATE_90_COUNTERCLOCKWISE, lambda h, w: np.array([[0.0, -1, w - 1], [1, 0, 0]])),
}


def _turned(bgr: NDArray[np.uint8], back: NDArray[np.float64], quarter_turns: int) -> _Look:
    """Turned clockwise by quarters: a picture that lies on its side still shows a face."""
    code, undo = _TURNS[quarter_turns]
    turned = cv2.rotate(bgr, code).astype(np.uint8, copy=False)
    return _Look(turned, _then(back, undo(bgr.shape[0], bgr.shape[1])))


def _search(look: _Look) -> list[Face]:
    rgb = cv2.cvtColor(look.bgr, cv2.COLOR_BGR2RGB)
    landmarker = tasks.face_landmarker(sensitive=look.sensitive)
    result = tasks.run(landmarker, rgb.astype(np.uint8, copy=False))
    return [
        _face(landmarks, shapes, matrix, look)
        for landmarks, shapes, matrix in zip(
            result.face_landmarks,
            result.face_blendshapes,
            result.facial_transformation_matrixes,
            strict=True,
        )
    ]


def _face(landmarks: Any, shapes: Any, matrix: Any, look: _Look) -> Face:
    height, width = look.bgr.shape[:2]
    seen = np.array([(p.x * width, p.y * height, p.z * width) for p in landmarks])
    linear, offset = look.back[:, :2], look.back[:, 2]
    scale = float(np.sqrt(abs(np.linalg.det(linear))))
    points = np.column_stack([seen[:, :2] @ linear.T + offset, seen[:, 2] * scale])
    left, top = points[:, :2].min(axis=0)
    right, bottom = points[:, :2].max(axis=0)
    return Face(
        landmarks_px=points.astype(np.float32),
        blendshapes={shape.category_name: float(shape.score) for shape in shapes},
        transform=_unturned(np.asarray(matrix, np.float64), linear / scale).astype(np.float32),
        region=Box(float(left), float(top), float(right), float(bottom)),
    )


def _unturned(matrix: NDArray[np.float64], turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """The facial transformation as the upright picture's camera sees it (y up)."""
    in_plane = np.eye(4)
    in_plane[:2, :2] = turn * [[1, -1], [-1, 1]]
    return in_plane @ matrix
