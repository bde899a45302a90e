"""The same face turned, cut and taken away, by amounts that are known."""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.media.content import Picture
from qcheck.probes.face import find_faces, main_face
from qcheck.probes.portrait import Face
from tools.accuracy.makers import Made, makes


def _face(bgr: np.ndarray) -> Face:
    return main_face(find_faces(Picture(np.ascontiguousarray(bgr), None, "PNG", "RGB", 8, 1, 1)))


def _stored(picture: np.ndarray, **truth: float) -> Made:
    done, data = cv2.imencode(".png", picture)
    assert done
    return Made(data.tobytes(), ".png", dict(truth))


@makes("portrait")
def rolled(picture: np.ndarray, rng: np.random.Generator, clockwise_deg: float) -> Made:
    """Turned about the face. ``roll`` is that of studio portraits whose eyes were made level."""
    x, y = _face(picture).region.centre_px
    turn = cv2.getRotationMatrix2D((x, y), -clockwise_deg, 1.0)
    size = (picture.shape[1], picture.shape[0])
    turned = cv2.warpAffine(
        picture, turn, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    return _stored(turned, roll=clockwise_deg)


@makes("portrait")
def cut_tight(picture: np.ndarray, rng: np.random.Generator, share: float) -> Made:
    """Cut to the face's outline and ``share`` of its side around it."""
    box = _face(picture).region
    margin = share * box.side_px
    left, top = max(0, int(box.left_px - margin)), max(0, int(box.top_px - margin))
    kept = picture[top : int(box.bottom_px + margin), left : int(box.right_px + margin)]
    return _stored(np.ascontiguousarray(kept))


@makes("portrait")
def without_face(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """What lies below the chin, or beside the face where nothing does."""
    box = _face(picture).region
    below = picture[int(box.bottom_px + 0.15 * box.side_px) :]
    if below.shape[0] < 120:
        below = picture[:, : max(int(box.left_px - 0.25 * box.side_px), 1)]
    return _stored(np.ascontiguousarray(below))


@makes("portrait")
def turned(picture: np.ndarray, rng: np.random.Generator, quarters: int) -> Made:
    """Turned clockwise by quarters, with no note that says so."""
    return _stored(np.ascontiguousarray(np.rot90(picture, -int(quarters))))


@makes("portrait")
def with_inset(
    picture: np.ndarray, rng: np.random.Generator, share: float, corner: str = "bottom right"
) -> Made:
    """The head and shoulders of the same picture, mirrored, in a corner: ``share`` of the width."""
    box = _face(picture).region
    height, width = picture.shape[:2]
    x, y = box.centre_px
    half = 1.1 * box.side_px
    cut = picture[max(0, int(y - 0.9 * half)) : int(y + 1.1 * half), max(0, int(x - half)) :]
    cut = cut[:, : int(2 * half), :][:, ::-1]
    size = round(share * width), round(share * width * cut.shape[0] / cut.shape[1])
    small = cv2.resize(np.ascontiguousarray(cut), size, interpolation=cv2.INTER_AREA)
    small = small[: round(0.4 * height)]
    result = picture.copy()
    top = 0 if "top" in corner else height - small.shape[0]
    left = 0 if "left" in corner else width - small.shape[1]
    result[top : top + small.shape[0], left : left + small.shape[1]] = small
    return _stored(result, corner_px=float(small.shape[1]))
