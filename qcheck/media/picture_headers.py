"""What the header of a picture says of how it is stored."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image

from qcheck.media.content import Undecodable

__all__ = [
    "BAD_INPUT",
    "bits_per_channel",
    "frame_count",
    "jpeg_quality",
    "orientation_of",
    "tiff_size",
]

# What Pillow's plugins have been seen to raise on hostile bytes.
BAD_INPUT = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    EOFError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)

_EXIF_ORIENTATION = 0x0112
_TIFF_BITS_PER_SAMPLE = 0x0102

# ITU-T T.81 table K.1: the luminance steps that libjpeg scales by its quality setting.
_STANDARD_LUMA = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)


def orientation_of(image: Image.Image) -> int:
    """EXIF's orientation, 1 to 8; 1 where there is none that makes sense."""
    try:
        orientation = int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:
        # Corrupt EXIF raises nearly anything; viewers then show the picture as it is stored.
        return 1
    return orientation if 2 <= orientation <= 8 else 1


def frame_count(image: Image.Image, *, tolerant: bool = False) -> int:
    """Frames of an animation or pages of a TIFF; leaves ``image`` at the first.

    Raises what is wrong with any of them, unless ``tolerant``: then they count as one.
    """
    if image.format == "MPO":
        # The further pictures of a phone's MPO are a depth map or a gain map, not frames.
        return 1
    try:
        frames = int(getattr(image, "n_frames", 1))
        image.seek(0)
    except BAD_INPUT:
        if not tolerant:
            raise
        return 1
    return max(frames, 1)


def bits_per_channel(image: Image.Image, data: bytes, name: str) -> int:
    """As stored, before anything is converted to 8 bits. ``name`` is the format's."""
    if image.mode == "1":
        return 1
    if name == "PNG" and len(data) > 24:
        return data[24]
    if name == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(_TIFF_BITS_PER_SAMPLE, 8)
        return int(bits[0] if isinstance(bits, tuple) else bits)
    if name == "PNM" and image.mode == "I":
        # Pillow scales whatever maxval exceeds a byte to 16 bits.
        return 16
    if image.mode in ("I", "F"):
        return 32
    return 16 if image.mode.startswith("I;16") else 8


def jpeg_quality(tables: Any) -> int | None:
    """The quality setting of libjpeg (jcparam.c) whose luminance steps are as coarse."""
    if not tables or 0 not in tables:
        return None
    coarseness = sum(tables[0])
    return min(range(1, 101), key=lambda quality: abs(_coarseness(quality) - coarseness))


@cache
def _coarseness(quality: int) -> int:
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sum(min(max((step * percent + 50) // 100, 1), 255) for step in _STANDARD_LUMA)


def tiff_size(data: bytes) -> tuple[int, int]:
    """ImageWidth and ImageLength of the first directory (TIFF 6.0, section 2)."""
    order = "<" if data[:2] == b"II" else ">"
    found = {0x0100: 0, 0x0101: 0}
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (entries,) = struct.unpack_from(order + "H", data, start)
        for i in range(entries):
            tag, kind = struct.unpack_from(order + "HH", data, start + 2 + 12 * i)
            if tag in found:
                value = order + ("H" if kind == 3 else "I")
                (found[tag],) = struct.unpack_from(value, data, start + 10 + 12 * i)
    except struct.error as error:
        raise Undecodable("its header cannot be read") from error
    return found[0x0100], found[0x0101]
