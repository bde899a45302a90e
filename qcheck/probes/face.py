"""Faces, with MediaPipe's face landmarker and, for where to look, CenterFace.

The landmarker's own detector (BlazeFace, short range) sees the picture at 128 x 128: it misses
faces that are small in the picture, cut tightly, dark or partly covered, and profiles. So every
head that CenterFace finds and the landmarker did not is looked at closer. Only where neither shows
a face is the picture tried once more padded, lying on its side, with a lower threshold, mirrored
and brightened, the cheap and likely first, until one shows a face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.probes.helpers import mediapipe_tasks as tasks
from qcheck.probes.helpers.heads import start_looking
from qcheck.probes.helpers.overlap import overlap, shared_px
from qcheck.probes.helpers.shrink import halved, shrink
from qcheck.probes.portrait import Face, FaceRegions, Faces, Head, WayUp

__all__ = ["distinct", "face_regions", "find_faces", "main_face", "way_up"]

# The landmarker itself works at 256 px a face; a larger picture only costs time.
_LONG_SIDE_PX = 1600

# The detector sees no more than 128 px a side, so second looks need not be larger.
_SECOND_LOOK_PX = 640

_GREY = (127, 127, 127)

# A face whose region is smaller than this share of the picture's longer side is more likely
# somebody in the background of a face that was missed than the sitter: look again.
_PLAUSIBLE_SHARE = 0.06

# A close-up shows a face at the size that the detector is surest of, half the picture across, and
# with enough pixels for the landmarks, which are found at 256 px.
_CLOSE_UP_PX = 512
_CLOSE_UP_SIDES = 2.0

# Overlap from which a close-up shows the same face. Over the corpus, faces that a person sees reach
# 0.8 to 0.99; windows, ears and patterned cloth taken for faces are not found again at all.
_CONFIRMED_IOU = 0.5

# How sure the detector has to be: by itself; in local contrast that was raised, where it is less
# sure of faces and noise alike; and of large faces under masks and visors.
_SURE = 0.5
_LESS_SURE = 0.25
_HARDLY_SURE = 0.1

# Side of a face, as a share of the root of the picture's area, from which it is large enough to be
# believed with the lowest threshold: hands and cloth that were taken for faces in 651 cuttings
# without a face reach .34, masked faces that only show so start at .35.
_LARGE_SHARE = 0.35

# Share of the smaller of two regions from which a head and a face are the same one. The two models
# draw their boxes differently: CenterFace's ends at the brows of some who are bald.
_SAME_HEAD_INSIDE = 0.4
# Share from which a head that is not the face's own lies within it. Under masks, landmarks may
# spread over two people cheek to cheek: .71 of the second one's head lies in the first one's face.
_WITHIN = 0.85
# Of a crowd no more than so many, the largest, are looked at closer.
_MOST_CLOSE_UPS = 8
# Heads of less than this share of the largest one's area are printed on something or far away.
_LEAST_SHARE = 0.01

# An ear or a fist at the cheek that is taken for a face lies on the head or against it, and is
# small: an ear is a third of a face high. What lies so must show once more in a wider close-up, in
# which an ear is seen to belong to a head.
_PART_SHARE = 0.5
_HEAD_MARGIN = 0.35
_WIDE_SIDES = 4.0

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
    threshold: float = _SURE
    """How sure the detector has to be."""
    trusted: bool = False
    """Whether a face in it needs no confirmation."""
    quarter_turns: int = 0
    """Clockwise, against the upright picture."""


def find_faces(picture: Picture) -> Faces:
    """Everybody who is found, largest first, once each.

    The first pass is believed about the largest face it shows, and so is the same with a border.
    Whatever else turns up must be found once more in a close-up of its own. Heads of which no
    close-up shows a face are ``others``.
    """
    bgr = picture.bgr
    looking = start_looking(bgr)
    small, scale = halved(bgr, _LONG_SIDE_PX)
    seen = distinct(_search(_Look(small, _scaling(scale))))
    found = []
    if seen and seen[0].region.side_px >= _PLAUSIBLE_SHARE * max(bgr.shape[:2]):
        found, seen = [_refined(bgr, seen[0], scale)], seen[1:]
    whole = looking.result()
    heads = whole.heads
    rest = [face for face in seen if not any(_same(face.region, f.region) for f in found)]
    found = distinct([*found, *_confirmed(bgr, rest)])
    found = distinct([*found, *_closer(bgr, _unread(heads, found))])
    if not found:
        found = _looked_for(bgr, heads)
    found = _whole(bgr, found)
    others = _unread(heads, found)
    regions = [face.region for face in found] + [head.region for head in others]
    least_px = _LEAST_SHARE * max((region.area_px for region in regions), default=0)
    others = [head for head in others if head.region.area_px >= least_px]
    return Faces(tuple(found), tuple(others), whole.quarter_turns)


def _unread(heads: Iterable[Head], faces: Sequence[Face]) -> list[Head]:
    """Those of ``heads`` that are none of ``faces``: of two cheek to cheek, one may be."""
    rest = list(heads)
    for face in faces:
        of = [head for head in rest if _is_of(head, face)]
        if of:
            rest.remove(max(of, key=lambda head: overlap(head.region, face.region)))
    return [h for h in rest if not any(_is_of(h, face, _WITHIN) for face in faces)]


def _is_of(head: Head, face: Face, share: float = _SAME_HEAD_INSIDE) -> bool:
    least = min(head.region.area_px, face.region.area_px)
    return shared_px(head.region, face.region) > share * least


def _closer(bgr: NDArray[np.uint8], heads: Sequence[Head]) -> list[Face]:
    """Faces of ``heads`` that a close-up shows."""
    found = []
    for head in heads[:_MOST_CLOSE_UPS]:
        look = replace(_close_up(bgr, head.region), threshold=_LESS_SURE)
        shown = [face for face in _search(look) if _is_of(head, face)]
        found += sorted(shown, key=lambda face: -overlap(head.region, face.region))[:1]
    return found


def _looked_for(bgr: NDArray[np.uint8], heads: Sequence[Head]) -> list[Face]:
    """Faces that only a second look shows; where there are heads, no others than theirs."""
    for look in _second_looks(bgr):
        faces = _search(look)
        if not look.trusted:
            faces = _confirmed(bgr, faces, look)
        if heads:
            faces = [face for face in faces if any(_is_of(head, face) for head in heads)]
        if found := distinct(faces):
            return found
    return []


def _whole(bgr: NDArray[np.uint8], faces: Sequence[Face]) -> list[Face]:
    """``faces``, largest first, without those that are parts of a larger one's head."""
    kept: list[Face] = []
    for face in faces:
        suspect = any(_on_head(face.region, other.region) for other in kept)
        if not suspect or _again(face, _close_up(bgr, face.region, _WIDE_SIDES)) is not None:
            kept.append(face)
    return kept


def _on_head(part: Box, face: Box) -> bool:
    """Whether ``part`` is small and lies on the head whose ``face`` this is."""
    margin = _HEAD_MARGIN * face.side_px
    x, y = part.centre_px
    return (
        part.side_px < _PART_SHARE * face.side_px
        and face.left_px - margin < x < face.right_px + margin
        and face.top_px - margin < y < face.bottom_px + margin
    )


def main_face(faces: Faces) -> Face:
    _check_upright(faces)
    if not faces.faces:
        raise Unmeasurable(
            "no face was found"
            if not faces.others
            else "the head is seen from the side"
            if faces.others[0].side_view
            else "too little of the face shows"
        )
    return faces.faces[0]


def _check_upright(faces: Faces) -> None:
    if faces.quarter_turns:
        side = "is upside down" if faces.quarter_turns == 2 else "lies on its side"
        raise Unmeasurable(f"the picture {side}")


def way_up(faces: Faces) -> WayUp:
    return WayUp(faces.quarter_turns)


def face_regions(faces: Faces) -> FaceRegions:
    _check_upright(faces)
    return FaceRegions(tuple(face.region for face in faces.faces), faces.others)


def distinct(faces: Iterable[Face]) -> list[Face]:
    """``faces``, largest first, without those that are a larger one found again."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda f: -f.region.area_px):
        if not any(_same(face.region, other.region) for other in kept):
            kept.append(face)
    return kept


def _same(smaller: Box, larger: Box) -> bool:
    shared = shared_px(smaller, larger)
    return overlap(smaller, larger) > _SAME_FACE_IOU or shared > _SAME_FACE_INSIDE * smaller.area_px


def _confirmed(
    bgr: NDArray[np.uint8], faces: Sequence[Face], seen_in: _Look | None = None
) -> list[Face]:
    """Those of ``faces`` that a close-up shows again, as the close-up shows them."""
    found = []
    for face in faces:
        looks = [_close_up(bgr, face.region)]
        if seen_in is not None and seen_in.quarter_turns:
            looks = [_turned(looks[0], seen_in.quarter_turns)]
        if seen_in is not None and seen_in.threshold == _HARDLY_SURE:
            if face.region.side_px >= _LARGE_SHARE * (bgr.shape[0] * bgr.shape[1]) ** 0.5:
                looks.append(replace(looks[0], threshold=_HARDLY_SURE))
        elif seen_in is not None and seen_in.threshold < _SURE:
            looks.append(replace(looks[0], bgr=_equalised(looks[0].bgr), threshold=_LESS_SURE))
        again = next((f for f in (_again(face, look) for look in looks) if f is not None), None)
        if again is not None:
            found.append(again)
    return found


def _refined(bgr: NDArray[np.uint8], face: Face, scale: float) -> Face:
    """The face with landmarks from the full picture, where the reduced one held too few pixels."""
    if scale == 1.0 or face.region.side_px * scale >= _CLOSE_UP_PX / _CLOSE_UP_SIDES:
        return face
    return _again(face, _close_up(bgr, face.region)) or face


def _again(face: Face, look: _Look) -> Face | None:
    shown = max(_search(look), key=lambda f: overlap(f.region, face.region), default=None)
    if shown is None or overlap(shown.region, face.region) < _CONFIRMED_IOU:
        return None
    return shown


def _close_up(bgr: NDArray[np.uint8], region: Box, sides: float = _CLOSE_UP_SIDES) -> _Look:
    """The square of ``sides`` faces around a face, grey where it reaches beyond the picture."""
    side = max(sides * region.side_px, 1.0)
    scale = min(_CLOSE_UP_PX / side, 4.0)
    size = max(1, round(side * scale))
    left, top = (centre - side / 2 for centre in region.centre_px)
    cut = [max(0, int(top)), max(0, int(left))]
    patch = bgr[cut[0] : max(0, int(top + side) + 1), cut[1] : max(0, int(left + side) + 1)]
    if patch.size == 0:
        patch, scale, cut = bgr[:1, :1], 1.0, [0, 0]
    # warpAffine does not average, so a large face is reduced by area first.
    patch = shrink(patch, scale).astype(np.uint8, copy=False)
    zoom = max(scale, 1.0)
    forward = np.array(
        [[zoom, 0, (cut[1] - left) * scale], [0, zoom, (cut[0] - top) * scale]], np.float64
    )
    square = cv2.warpAffine(
        patch, forward, (size, size), borderMode=cv2.BORDER_CONSTANT, borderValue=_GREY
    )
    back = np.array([[1 / scale, 0, left], [0, 1 / scale, top]])
    return _Look(square.astype(np.uint8, copy=False), back)


def _second_looks(bgr: NDArray[np.uint8]) -> Iterator[_Look]:
    scale = min(1.0, _SECOND_LOOK_PX / max(bgr.shape[:2]))
    small, back = shrink(bgr, scale).astype(np.uint8, copy=False), _scaling(scale)
    yield replace(_padded(small, back, 0.25), trusted=True)
    for quarter_turns in (1, 3, 2):
        yield _turned(_Look(small, back), quarter_turns)
    yield _Look(small, back, threshold=_HARDLY_SURE)
    yield _mirrored(_Look(small, back, threshold=_HARDLY_SURE))
    bright = _equalised(small)
    yield _Look(bright, back, threshold=_LESS_SURE)
    yield _padded(bright, back, 0.25, threshold=_LESS_SURE)
    yield _padded(bright, back, 0.5, threshold=_LESS_SURE)


def _scaling(scale: float) -> NDArray[np.float64]:
    return np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]])


def _then(back: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    """The affine map ``first``, followed by ``back``."""
    both: NDArray[np.float64] = back @ np.vstack([first, [0.0, 0.0, 1.0]])
    return both


def _padded(
    bgr: NDArray[np.uint8], back: NDArray[np.float64], share: float, *, threshold: float = _SURE
) -> _Look:
    """With a grey border, so that a tightly cut face is as small as the detector expects."""
    border = round(share * max(bgr.shape[:2]))
    framed = cv2.copyMakeBorder(
        bgr, border, border, border, border, cv2.BORDER_CONSTANT, value=_GREY
    )
    shift = np.array([[1.0, 0, -border], [0, 1, -border]])
    return _Look(framed.astype(np.uint8, copy=False), _then(back, shift), threshold)


def _equalised(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Local contrast raised in lightness (CLAHE): lifts faces out of the dark and the haze."""
    lab = cv2.cvtColor(bgr, cv2.COLOR_BGR2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(4, 4)).apply(lab[..., 0])
    return cv2.cvtColor(lab, cv2.COLOR_LAB2BGR).astype(np.uint8, copy=False)


_TURNS: dict[int, tuple[int, Callable[[int, int], NDArray[np.float64]]]] = {
    1: (cv2.ROTATE_90_CLOCKWISE, lambda h, w: np.array([[0.0, 1, 0], [-1, 0, h - 1]])),
    2: (cv2.ROTATE_180, lambda h, w: np.array([[-1.0, 0, w - 1], [0, -1, h - 1]])),
    3: (cv2.ROTATE_90_COUNTERCLOCKWISE, lambda h, w: np.array([[0.0, -1, w - 1], [1, 0, 0]])),
}


def _turned(look: _Look, quarter_turns: int) -> _Look:
    """Turned clockwise by quarters: a picture that lies on its side still shows a face."""
    code, undo = _TURNS[quarter_turns]
    return replace(
        look,
        bgr=cv2.rotate(look.bgr, code).astype(np.uint8, copy=False),
        back=_then(look.back, undo(look.bgr.shape[0], look.bgr.shape[1])),
        quarter_turns=quarter_turns,
    )


def _mirrored(look: _Look) -> _Look:
    """The detector is not symmetric: it sees some covered faces only the other way round.

    Landmarks would come out with left and right exchanged, so such a look only says where to look
    closer.
    """
    to_the_left = np.array([[-1.0, 0, look.bgr.shape[1] - 1], [0, 1, 0]])
    flipped = cv2.flip(look.bgr, 1).astype(np.uint8, copy=False)
    return replace(look, bgr=flipped, back=_then(look.back, to_the_left))


def _search(look: _Look) -> list[Face]:
    rgb = cv2.cvtColor(look.bgr, cv2.COLOR_BGR2RGB)
    landmarker = tasks.face_landmarker(look.threshold)
    result = tasks.run_task(landmarker, rgb.astype(np.uint8, copy=False))
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
