"""Writes the picture as JPEG or PNG, in what the app takes and under its limit of bytes.

PNG, which loses nothing, where the picture came without loss, has transparency, and fits; else JPEG
at the best quality that fits. A file whose pixels were not touched and that the app takes keeps its
bytes, and gets the extension that belongs to them.
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from qcheck.core.results import Judgement
from qcheck.core.units import quantity
from qcheck.fixes.declaration import Changes, Encoded, Repaired, Wish, fix, named_rightly
from qcheck.fixes.helpers.shrinking import on_colour, shrunk
from qcheck.media.content import Picture
from qcheck.media.file import File

# libjpeg-turbo's own advice: 95 is the most that is worth its bytes, and from 75 on artefacts show.
_BEST_QUALITY = 95
_LEAST_QUALITY = 75
_LOSSY = ("JPEG", "AVIF")


def _can_be_written(judgement: Judgement) -> bool:
    """A fault of the file itself cannot be mended, nor a picture that is too small."""
    if judgement.unit == "bytes":
        return True
    return isinstance(judgement.wanted, str | int) and judgement.unit == ""


@fix(
    "encode",
    medium="portrait",
    turn=90,
    answers=("file-limits", "readable"),
    mends=_can_be_written,
    encodes=True,
    hides=("compression",),
)
def encode(picture: Picture, file: File, changes: Changes, wish: Wish) -> Repaired | None:
    """Write it in a format and size that the app takes."""
    most = wish.limit("file-limits", "portrait_max_bytes")
    taken = tuple(wish.limit("file-limits", "portrait_formats"))
    stored = file.format.name if file.format else ""
    fits = (most is None or file.size_bytes <= most) and (not taken or stored in taken)
    if not changes.content and fits and picture.frames == 1:
        return named_rightly(file)
    before = quantity(file.size_bytes, "bytes")
    lossless = stored not in _LOSSY
    if (lossless or picture.alpha is not None) and (not taken or "PNG" in taken):
        data = _png(picture)
        if most is None or len(data) <= most:
            size = quantity(len(data), "bytes")
            return Repaired((Encoded(data, "PNG"),), f"written as PNG, {before} to {size}")
    if taken and "JPEG" not in taken:
        return None
    colour = wish.background or (255, 255, 255)
    flat = Picture(
        on_colour(picture, colour), None, "JPEG", "RGB", 8, 1, 1, jpeg_quality=picture.jpeg_quality
    )
    small, quality, data = _fitting(flat, most, max(_BEST_QUALITY, picture.jpeg_quality or 0))
    says = f"written as JPEG of quality {quality}, {before} to {quantity(len(data), 'bytes')}"
    if small is not flat:
        says += f", reduced to {small.width_px} x {small.height_px} px to fit"
    if picture.alpha is not None:
        says += f", transparency put on #{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"
    return Repaired((Encoded(data, "JPEG"),), says)


def _fitting(picture: Picture, most: int | None, best: int) -> tuple[Picture, int, bytes]:
    """The best quality that fits, and where none does a smaller picture."""
    data = _jpeg(picture, best)
    if most is None or len(data) <= most:
        return picture, best, data
    small = picture
    while len(least := _jpeg(small, _LEAST_QUALITY)) > most and min(small.bgr.shape[:2]) > 64:
        # Bytes go about with the pixels; a little less, so that one step is mostly enough.
        small = shrunk(small, min(0.95, 0.97 * (most / len(least)) ** 0.5))
    low, high, found = _LEAST_QUALITY, best, least
    while low < high:
        middle = (low + high + 1) // 2
        data = _jpeg(small, middle)
        if len(data) <= most:
            low, found = middle, data
        else:
            high = middle - 1
    return small, low, found


def _jpeg(picture: Picture, quality: int) -> bytes:
    target = io.BytesIO()
    rgb = cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2RGB)
    # 4:4:4: the red of lips and the rims of irises are where halved colour shows first.
    Image.fromarray(np.asarray(rgb, np.uint8)).save(
        target, "JPEG", quality=quality, subsampling=0, optimize=True
    )
    return target.getvalue()


def _png(picture: Picture) -> bytes:
    if picture.alpha is None:
        pixels = cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2RGB)
    else:
        pixels = np.dstack([cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2RGB), picture.alpha])
    target = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(target, "PNG", compress_level=6)
    return target.getvalue()
