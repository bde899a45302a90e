"""The same portrait framed otherwise: cut, moved, made small, turned.

Where the face is, is taken from the landmarks of the whole, sound picture, in which it is found
without trouble; what is measured is whether the changed picture is judged by its own frame.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Face
from tools.accuracy.makers import Made, makes


def png(bgr: np.ndarray) -> bytes:
    return cv2.imencode(".png", bgr)[1].tobytes()


def face_of(bgr: np.ndarray) -> Face:
    return Evidence(File("portrait.png", png(bgr))).get(Face)


def window(bgr: np.ndarray, left: float, top: float, width: float, height: float) -> np.ndarray:
    """A part of the picture; what lies beyond it continues the border."""
    x, y, w, h = round(left), round(top), round(width), round(height)
    rows, columns = bgr.shape[:2]
    before = max(-y, 0), max(-x, 0)
    after = max(y + h - rows, 0), max(x + w - columns, 0)
    wide = cv2.copyMakeBorder(bgr, before[0], after[0], before[1], after[1], cv2.BORDER_REPLICATE)
    return wide[y + before[0] :, x + before[1] :][:h, :w]


@makes("portrait")
def cut(picture: np.ndarray, rng: np.random.Generator, side: str, share: float) -> Made:
    """``share`` of the face's height or width lies beyond the frame."""
    box = face_of(picture).region
    rows, columns = picture.shape[:2]
    left, top, right, bottom = 0.0, 0.0, float(columns), float(rows)
    if side == "left":
        left = box.left_px + share * box.width_px
    elif side == "right":
        right = box.right_px - share * box.width_px
    elif side == "top":
        top = box.top_px + share * box.height_px
    else:
        bottom = box.bottom_px - share * box.height_px
    return Made(png(window(picture, left, top, right - left, bottom - top)), ".png")


@makes("portrait")
def framed(
    picture: np.ndarray,
    rng: np.random.Generator,
    offset_share: float = 0.0,
    eye_height_share: float = 0.38,
    face_share: float = 0.45,
) -> Made:
    """A square with the face's centre and eyes at known places; the border is continued."""
    face = face_of(picture)
    side = face.region.height_px / face_share
    x, _ = face.region.centre_px
    eyes = (face.right_eye_px[1] + face.left_eye_px[1]) / 2
    # Whole pixels first: the truth is what was cut, not what was asked for.
    left = round(x - side * (0.5 + offset_share))
    top = round(eyes - side * eye_height_share)
    side = round(side)
    truth = {"offset": (x - left) / side - 0.5, "eye_height": (eyes - top) / side}
    return Made(png(window(picture, left, top, side, side)), ".png", truth)


@makes("portrait")
def sized(picture: np.ndarray, rng: np.random.Generator, face_px: int) -> Made:
    """Reduced so that the face's longer side has so many pixels."""
    scale = face_px / face_of(picture).region.side_px
    if scale > 1:
        raise ValueError("it would have to be enlarged")
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return Made(png(small), ".png", {"face_px": float(face_px)})


@makes("portrait")
def stored_turned(picture: np.ndarray, rng: np.random.Generator, exif: int) -> Made:
    """Pixels stored turned, with the EXIF note that says so."""
    back = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_COUNTERCLOCKWISE, 8: cv2.ROTATE_90_CLOCKWISE}
    stored = cv2.rotate(picture, back[exif])
    image = Image.fromarray(stored[:, :, ::-1])
    tags = image.getexif()
    tags[0x0112] = exif
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95, exif=tags)
    return Made(buffer.getvalue(), ".jpg")


@makes("portrait")
def cut_out(picture: np.ndarray, rng: np.random.Generator, hole: bool = False) -> Made:
    """Transparent around an ellipse about the face, or with a hole in the face."""
    box = face_of(picture).region
    alpha = np.zeros(picture.shape[:2], np.uint8)
    centre = tuple(round(v) for v in box.centre_px)
    axes = round(box.width_px * 0.9), round(box.height_px)
    cv2.ellipse(alpha, centre, axes, 0, 0, 360, 255, -1)
    if hole:
        cv2.circle(alpha, centre, round(box.width_px / 5), 0, -1)
    return Made(png(np.dstack([picture, alpha])), ".png")


@makes("portrait")
def beside_another(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """Two people: the picture and its mirror image, a little smaller, side by side."""
    other = cv2.resize(picture[:, ::-1], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    missing = picture.shape[0] - other.shape[0]
    other = cv2.copyMakeBorder(other, missing, 0, 0, 0, cv2.BORDER_REPLICATE)
    return Made(png(np.hstack([picture, other])), ".png")


@makes("portrait")
def without_anybody(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """What is beside the face, enlarged to the picture's size."""
    box = face_of(picture).region
    rows, columns = picture.shape[:2]
    strips = {
        "left": picture[:, : max(round(box.left_px), 0)],
        "right": picture[:, min(round(box.right_px), columns) :],
        "below": picture[min(round(box.bottom_px + box.height_px / 4), rows) :],
    }
    largest = max(strips.values(), key=lambda strip: strip.size)
    if min(largest.shape[:2]) < 16:
        raise ValueError("nothing is beside the face")
    return Made(png(cv2.resize(largest, (columns, rows), interpolation=cv2.INTER_AREA)), ".png")
