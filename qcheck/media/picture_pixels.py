"""Pixels as everything behind takes them: upright, 8-bit sRGB in the order blue, green, red."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

__all__ = ["bgr_and_alpha", "stand_upright", "to_8_bit"]

_STRIP_ROWS = 256

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


def stand_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn and mirror what is stored with an EXIF orientation of 1 to 8."""
    flip, rotate = _UPRIGHT.get(orientation, (None, None))
    turned: Any = pixels if flip is None else cv2.flip(pixels, flip)
    return turned if rotate is None else cv2.rotate(turned, rotate)  # type: ignore[no-any-return]


def bgr_and_alpha(
    image: Image.Image, bits: int, data: bytes
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """8-bit sRGB pixels and, where the file has transparency, alpha."""
    if image.format == "PNG" and bits == 16:
        deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if deep is not None and deep.dtype == np.uint16 and not image.info.get("icc_profile"):
            return _from_deep(deep.astype(np.uint16, copy=False))
    if image.mode.startswith("I") or image.mode == "F":
        # A 16-bit grey that Pillow converts to 8 bits is clipped at 255, not scaled.
        grey = to_8_bit(np.asarray(image), bits)
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
    scaled = to_8_bit(deep, 16)
    if scaled.ndim == 2:
        return np.ascontiguousarray(np.dstack([scaled] * 3)), None
    alpha = np.ascontiguousarray(scaled[:, :, 3]) if scaled.shape[2] == 4 else None
    return np.ascontiguousarray(scaled[:, :, :3]), alpha


def to_8_bit(values: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Scale integers by their width; floats by the smallest full scale that holds them."""
    if np.issubdtype(values.dtype, np.floating):
        top = max((float(_numbers(rows).max(initial=0.0)) for rows in _strips(values)), default=0.0)
        # Float TIFF has no full scale of its own: 1.0 by custom, else that of 8 or 16 bits.
        full = next((f for f in (1.0, 255.0, 65535.0) if top <= f * 1.01), top)
    else:
        full = float(2**bits - 1) if bits in (8, 12, 16, 32) else max(float(values.max()), 1.0)
    levels = np.empty(values.shape, np.uint8)
    for rows, out in zip(_strips(values), _strips(levels), strict=True):
        out[:] = np.clip(np.rint(_numbers(rows) * (255.0 / full)), 0, 255)
    return levels


def _strips(values: NDArray[Any]) -> list[NDArray[Any]]:
    """Rows of ``values``, some at once: in floating point all would take eight times as much."""
    return [values[at : at + _STRIP_ROWS] for at in range(0, len(values), _STRIP_ROWS)]


def _numbers(values: NDArray[Any]) -> NDArray[np.float32]:
    return np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)


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
