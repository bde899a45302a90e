"""Pictures, with Pillow: every common format, upright, as 8-bit sRGB and alpha.

Hostile files are the normal case. Sides are read and judged before a pixel is decoded, a fault of
the file becomes a clause for a person, and nothing that Pillow or a codec has to say about it
reaches the terminal.
"""

from __future__ import annotations

import io
import logging
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from PIL import Image, ImageFile

from qcheck.media.content import Decoding, Picture, Undecodable
from qcheck.media.file import File
from qcheck.media.jpeg import read_jpeg
from qcheck.media.native_messages import native_messages
from qcheck.media.picture_faults import Damage, png_damage, tiff_damage
from qcheck.media.picture_headers import (
    BAD_INPUT,
    bits_per_channel,
    frame_count,
    jpeg_quality,
    orientation_of,
    tiff_size,
)
from qcheck.media.picture_pixels import bgr_and_alpha, stand_upright, to_8_bit

__all__ = ["decode_picture", "stored_sides"]

# What a picture of as many pixels as may be takes at 8 bits, as Pillow keeps it. Deeper ones, which
# are decoded twice as large, may have as many bytes and so fewer pixels: all stay near 1 GB.
_BYTES_PER_PIXEL = 4
# libwebp's decoder keeps a second canvas, for animations.
_WEBP_CANVASES = 2

# OpenCV's warps, which MediaPipe calls, end the process at a side of 32767 px (SHRT_MAX in
# imgwarp.cpp), and the border of a second look is added before. No sitter fits into such a strip.
MAX_SIDE_PX = 30_000

# A picture with nearly all of its rows can be measured; with fewer, the face itself may be cut,
# and every finding beside "truncated" would be about the wrong thing.
_MEASURABLE_SHARE = 0.9

_tolerance = threading.Lock()

# Without a handler, Python's last resort prints Pillow's remarks on odd TIFF tags.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def decode_picture(file: File) -> Decoding:
    """Decode the first frame. Raises :class:`Undecodable` where there is none to be had."""
    name = file.format.name if file.format else ""
    if name == "HEIC":
        raise Undecodable("it is a HEIC picture, which qcheck does not read: export it as JPEG")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        damage = png_damage(file.data) if name == "PNG" else None
        if damage is not None:
            return _decode_what_there_is(file, name, damage)
        try:
            picture = _read_strictly(file, name)
        except Undecodable:
            raise
        except _Damaged as error:
            return _decode_what_there_is(file, name, error.damage)
        except BAD_INPUT as error:
            return _decode_what_there_is(file, name, Damage(_clause(error), 1.0))
    return Decoding(picture)


def stored_sides(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header; None where it cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data)) as image:
                return image.width, image.height
        except (Image.DecompressionBombError, *BAD_INPUT):
            return None


def _read_strictly(file: File, name: str) -> Picture:
    """Raises whatever the decoder finds wrong, or only says."""
    if name not in ("TIFF", "PNG"):
        return _read(file, name)
    with native_messages() as said:
        picture = _read(file, name)
    if said.damage is not None:
        # Where it is damaged is not said.
        raise _Damaged(Damage(f"the decoder says “{said.damage}”", 0.0))
    return picture


class _Damaged(Exception):
    """A decoder goes on, and tells of damage."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(damage.clause)
        self.damage = damage


def _decode_what_there_is(file: File, name: str, damage: Damage) -> Decoding:
    """Try again, taking rows as far as they go."""
    if damage.sound_share < _MEASURABLE_SHARE:
        return Decoding(None, _damaged(damage))
    try:
        with _truncation_tolerated(), native_messages():
            picture = _read(file, name, tolerant=True)
    except Undecodable:
        raise
    except BAD_INPUT as error:
        raise Undecodable(damage.clause) from error
    share = _decoded_share(picture)
    if share <= 0:
        raise Undecodable(damage.clause)
    return Decoding(picture if share >= _MEASURABLE_SHARE else None, _damaged(damage))


def _damaged(damage: Damage) -> str:
    return f"it is damaged or cut short: {damage.clause}"


@contextmanager
def _truncation_tolerated() -> Iterator[None]:
    """Pillow has one switch a process for this; nobody else may find it thrown."""
    with _tolerance:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False


def _clause(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    if not text or "cannot identify" in text or isinstance(error, KeyError | struct.error):
        return "its header cannot be read"
    if "truncated" in text.lower():
        return "its end is missing"
    return f"the decoder says “{text[:120]}”"


def _decoded_share(picture: Picture) -> float:
    """Share of rows without the fill that a decoder leaves where the data ended."""
    # A BMP is stored from the bottom up, so its missing rows are the upper ones; those of an
    # interlaced GIF lie between the others.
    last = picture.bgr[0 if picture.format == "BMP" else -1, 0]
    return float((picture.bgr != last).any(axis=(1, 2)).mean())


def _read(file: File, name: str, *, tolerant: bool = False) -> Picture:
    """Raises whatever the decoder finds wrong, unless ``tolerant``."""
    data, allowed = file.data, file.bounds.picture_pixels
    try:
        image: Image.Image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise Undecodable(_too_large(allowed)) from error
    except BAD_INPUT:
        if name == "TIFF":
            return _read_float_tiff(data, allowed)
        raise
    if image.width < 1 or image.height < 1:
        raise Undecodable("it has no pixels")
    if image.width * image.height > allowed:
        raise Undecodable(_too_large(allowed, image.width, image.height))
    if max(image.size) > MAX_SIDE_PX:
        raise Undecodable(
            f"{image.width} x {image.height} px is too long and thin: no side may be over "
            f"{MAX_SIDE_PX} px"
        )
    stored_mode = image.mode
    frames = frame_count(image, tolerant=tolerant)
    tables = getattr(image, "quantization", None) if name == "JPEG" else None
    bits = bits_per_channel(image, data, name)
    deep = allowed * _BYTES_PER_PIXEL // _bytes_per_pixel(image, bits)
    if image.width * image.height > deep:
        raise Undecodable(
            f"{_too_large(deep, image.width, image.height)} of a picture of this format and depth"
        )
    if image.format == "TIFF":
        # Pillow turns a TIFF while it loads it, and no other format.
        orientation, turn = orientation_of(image), 1
        _load(image, data, tolerant)
    else:
        # Before EXIF is asked for: Pillow loads a PNG for it, whose faults would be lost with those
        # of the EXIF.
        image = _load(image, data, tolerant)
        turn = orientation = orientation_of(image)
    bgr, alpha = bgr_and_alpha(image, bits, data)
    return Picture(
        bgr=stand_upright(bgr, turn),
        alpha=None if alpha is None else stand_upright(alpha, turn),
        format=name,
        stored_mode=stored_mode,
        bits_per_channel=bits,
        exif_orientation=orientation,
        frames=frames,
        jpeg_quality=jpeg_quality(tables),
    )


def _bytes_per_pixel(image: Image.Image, bits: int) -> int:
    """What decoding takes: Pillow keeps colours in 4 bytes, whatever they come in."""
    channels = 1 if len(image.getbands()) == 1 else 4
    canvases = _WEBP_CANVASES if image.format == "WEBP" else 1
    return channels * max(1, bits // 8) * canvases


def _load(image: Image.Image, data: bytes, tolerant: bool) -> Image.Image:
    """Decode the pixels of ``image``."""
    if not tolerant and image.format in ("JPEG", "MPO"):
        pixels, damage = read_jpeg(data, image.mode)
        if damage is not None:
            raise _Damaged(damage)
        if pixels is not None:
            decoded = Image.fromarray(pixels)
            decoded.info = image.info
            return decoded
    if not tolerant and image.format == "TIFF":
        damage = tiff_damage(data, getattr(image, "tag_v2", {}))
        if damage is not None:
            raise _Damaged(damage)
    image.load()
    return image


def _too_large(allowed_pixels: int, width: int = 0, height: int = 0) -> str:
    sides = f"{width} x {height} px is" if width else "it claims"
    return f"{sides} more than the {allowed_pixels / 1e6:.4g} megapixels that qcheck opens"


def _read_float_tiff(data: bytes, allowed_pixels: int) -> Picture:
    """RGB in floating point, which Pillow refuses and OpenCV reads."""
    width, height = tiff_size(data)
    if not 0 < width * height <= allowed_pixels:
        too_large = _too_large(allowed_pixels, width, height)
        raise Undecodable(too_large if width * height else "it has no pixels")
    try:
        deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        deep = None
    if deep is None or deep.ndim != 3 or deep.shape[2] != 3:
        raise Undecodable("its pixels are stored in a way that qcheck does not read")
    return Picture(
        bgr=to_8_bit(deep, 8 * deep.itemsize),
        alpha=None,
        format="TIFF",
        stored_mode="RGB;F" if np.issubdtype(deep.dtype, np.floating) else "RGB",
        bits_per_channel=8 * deep.itemsize,
        exif_orientation=1,
        frames=1,
        jpeg_quality=None,
    )
