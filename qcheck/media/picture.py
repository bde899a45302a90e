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
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile

from qcheck.media.content import Decoding, Picture, Undecodable
from qcheck.media.file import File

__all__ = ["MAX_PIXELS", "decode_picture", "stored_sides"]

# A 100 megapixel medium-format back is the largest still camera on sale; decoded, that is 0.3 GB.
MAX_PIXELS = 101_000_000

# A picture with nearly all of its rows can be measured; with fewer, the face itself may be cut,
# and every finding beside "truncated" would be about the wrong thing.
_MEASURABLE_SHARE = 0.9

_EXIF_ORIENTATION = 0x0112
_TIFF_BITS_PER_SAMPLE = 0x0102
# What Pillow's plugins have been seen to raise on hostile bytes.
_BAD_INPUT = (
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
_tolerance = threading.Lock()

# Without a handler, Python's last resort prints Pillow's remarks on odd TIFF tags.
logging.getLogger("PIL").addHandler(logging.NullHandler())

# EXIF 2.32 4.6.5: how a stored picture has to be turned to stand upright.
_UPRIGHT = {
    2: (1, None),
    3: (None, cv2.ROTATE_180),
    4: (0, None),
    5: (1, cv2.ROTATE_90_COUNTERCLOCKWISE),
    6: (None, cv2.ROTATE_90_CLOCKWISE),
    7: (1, cv2.ROTATE_90_CLOCKWISE),
    8: (None, cv2.ROTATE_90_COUNTERCLOCKWISE),
}

# ITU-T T.81 table K.1: the luminance steps that libjpeg scales by its quality setting.
_STANDARD_LUMA = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)


def decode_picture(file: File) -> Decoding:
    """Decode the first frame. Raises :class:`Undecodable` where there is none to be had."""
    name = file.format.name if file.format else ""
    if name == "HEIC":
        raise Undecodable("it is a HEIC picture, which qcheck does not read: export it as JPEG")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = _read(file.data, name)
        except Undecodable:
            raise
        except _BAD_INPUT as error:
            return _decode_what_there_is(file.data, name, error)
    return Decoding(picture)


def stored_sides(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header; None where it cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data)) as image:
                return image.width, image.height
        except (Image.DecompressionBombError, *_BAD_INPUT):
            return None


def _decode_what_there_is(data: bytes, name: str, error: Exception) -> Decoding:
    """Try again, taking rows as far as they go."""
    try:
        with _truncation_tolerated():
            picture = _read(data, name)
    except _BAD_INPUT:
        raise Undecodable(_clause(error)) from error
    share = _decoded_share(picture)
    if share <= 0:
        raise Undecodable(_clause(error)) from error
    fault = f"it is damaged or cut short: {_clause(error)}"
    return Decoding(picture if share >= _MEASURABLE_SHARE else None, fault)


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


def _read(data: bytes, name: str) -> Picture:
    try:
        image: Image.Image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise Undecodable(_too_large()) from error
    except _BAD_INPUT:
        if name == "TIFF":
            return _read_float_tiff(data)
        raise
    if image.width < 1 or image.height < 1:
        raise Undecodable("it has no pixels")
    if image.width * image.height > MAX_PIXELS:
        raise Undecodable(_too_large(image.width, image.height))
    orientation = _orientation(image)
    stored_mode = image.mode
    frames = _frames(image)
    tables = getattr(image, "quantization", None) if name == "JPEG" else None
    bits = _bits_per_channel(image, data, name)
    image.load()
    # Pillow turns a TIFF while it loads it and no other format.
    turn = _orientation(image) if image.format != "TIFF" else 1
    bgr, alpha = _bgr_and_alpha(image, bits, data)
    return Picture(
        bgr=_upright(bgr, turn),
        alpha=None if alpha is None else _upright(alpha, turn),
        format=name,
        stored_mode=stored_mode,
        bits_per_channel=bits,
        exif_orientation=orientation,
        frames=frames,
        jpeg_quality=_jpeg_quality(tables),
    )


def _too_large(width: int = 0, height: int = 0) -> str:
    sides = f"{width} x {height} px is" if width else "it claims"
    return f"{sides} more than the {MAX_PIXELS // 1_000_000} megapixels that qcheck opens"


def _orientation(image: Image.Image) -> int:
    try:
        orientation = int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:
        # Corrupt EXIF raises nearly anything; viewers then show the picture as it is stored.
        return 1
    return orientation if orientation in _UPRIGHT else 1


def _frames(image: Image.Image) -> int:
    if image.format == "MPO":
        # The further pictures of a phone's MPO are a depth map or a gain map, not frames.
        return 1
    try:
        frames = int(getattr(image, "n_frames", 1))
        image.seek(0)
    except _BAD_INPUT:
        return 1
    return max(frames, 1)


def _bits_per_channel(image: Image.Image, data: bytes, name: str) -> int:
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


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    flip, rotate = _UPRIGHT.get(orientation, (None, None))
    turned: Any = pixels if flip is None else cv2.flip(pixels, flip)
    return turned if rotate is None else cv2.rotate(turned, rotate)  # type: ignore[no-any-return]


def _jpeg_quality(tables: Any) -> int | None:
    """The quality setting of libjpeg (jcparam.c) whose luminance steps are as coarse."""
    if not tables or 0 not in tables:
        return None
    coarseness = sum(tables[0])
    return min(range(1, 101), key=lambda quality: abs(_coarseness(quality) - coarseness))


@cache
def _coarseness(quality: int) -> int:
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sum(min(max((step * percent + 50) // 100, 1), 255) for step in _STANDARD_LUMA)


def _bgr_and_alpha(
    image: Image.Image, bits: int, data: bytes
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """8-bit sRGB pixels and, where the file has transparency, alpha."""
    if image.format == "PNG" and bits == 16:
        deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if deep is not None and deep.dtype == np.uint16 and not image.info.get("icc_profile"):
            return _from_deep(deep.astype(np.uint16, copy=False))
    if image.mode.startswith("I") or image.mode == "F":
        # A 16-bit grey that Pillow converts to 8 bits is clipped at 255, not scaled.
        grey = _to_8_bit(np.asarray(image), bits)
        image_8 = Image.fromarray(grey)
        image_8.info["icc_profile"] = image.info.get("icc_profile")
        image = image_8
    has_alpha = "a" in image.mode.lower().replace("lab", "") or "transparency" in image.info
    alpha = None
    if has_alpha:
        profile = image.info.get("icc_profile")
        image = image.convert("RGBA")
        alpha = np.array(image.getchannel("A"))
        image = image.convert("RGB")
        image.info["icc_profile"] = profile
    return _bgr(image), alpha


def _from_deep(deep: NDArray[np.uint16]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """OpenCV's 16-bit grey, BGR or BGRA, rounded to 8 bits."""
    scaled = _to_8_bit(deep, 16)
    if scaled.ndim == 2:
        return np.ascontiguousarray(np.dstack([scaled] * 3)), None
    alpha = np.ascontiguousarray(scaled[:, :, 3]) if scaled.shape[2] == 4 else None
    return np.ascontiguousarray(scaled[:, :, :3]), alpha


def _to_8_bit(values: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Scale integers by their width; floats by the smallest full scale that holds them."""
    numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if np.issubdtype(values.dtype, np.floating):
        top = float(numbers.max(initial=0.0))
        # Float TIFF has no full scale of its own: 1.0 by custom, else that of 8 or 16 bits.
        full = next((f for f in (1.0, 255.0, 65535.0) if top <= f * 1.01), top)
    else:
        full = float(2**bits - 1) if bits in (8, 12, 16, 32) else max(float(numbers.max()), 1.0)
    levels: NDArray[np.uint8] = np.clip(np.rint(numbers * (255.0 / full)), 0, 255).astype(np.uint8)
    return levels


def _bgr(image: Image.Image) -> NDArray[np.uint8]:
    profile = image.info.get("icc_profile")
    if image.mode == "LAB":
        image = _lab_to_rgb(image)
    elif profile:
        image = _to_srgb(image, profile)
    if image.mode == "1":
        image = image.convert("L")
    if image.mode == "L":
        grey = np.asarray(image, np.uint8)
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    pixels = np.frombuffer(rgb.tobytes("raw", "BGR"), np.uint8)
    return pixels.reshape(rgb.height, rgb.width, 3)


@cache
def _srgb() -> Any:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    lab = ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(image, lab, _srgb(), outputMode="RGB")
    assert converted is not None
    return converted


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert to sRGB; a profile that cannot be used is passed over, as browsers do."""
    if image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        # Relative colorimetric: what ICC.1:2022 gives matrix profiles, and browsers use.
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        transform = ImageCms.buildTransform(source, _srgb(), image.mode, "RGB", intent)
        if image.mode == "RGB" and _changes_nothing(transform):
            return image
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return image if converted is None else converted


def _changes_nothing(transform: Any) -> bool:
    """Whether it is sRGB under another name: two levels are below what anybody sees."""
    levels = np.linspace(0, 255, 9).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(27, 27, 3)
    converted = ImageCms.applyTransform(Image.fromarray(grid), transform)
    return bool(np.abs(np.asarray(converted, np.int16) - grid).max() <= 2)


def _read_float_tiff(data: bytes) -> Picture:
    """RGB in floating point, which Pillow refuses and OpenCV reads."""
    width, height = _tiff_size(data)
    if not 0 < width * height <= MAX_PIXELS:
        raise Undecodable(_too_large(width, height) if width * height else "it has no pixels")
    try:
        deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        deep = None
    if deep is None or deep.ndim != 3 or deep.shape[2] != 3:
        raise Undecodable("its pixels are stored in a way that qcheck does not read")
    return Picture(
        bgr=_to_8_bit(deep, 8 * deep.itemsize),
        alpha=None,
        format="TIFF",
        stored_mode="RGB;F" if np.issubdtype(deep.dtype, np.floating) else "RGB",
        bits_per_channel=8 * deep.itemsize,
        exif_orientation=1,
        frames=1,
        jpeg_quality=None,
    )


def _tiff_size(data: bytes) -> tuple[int, int]:
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
