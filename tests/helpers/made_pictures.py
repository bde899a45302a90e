"""Pictures encoded for tests, small and with known pixels, and what becomes of them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from qcheck.media.content import Decoding, Picture
from qcheck.media.decode import decode
from qcheck.media.file import File

W, H = 48, 32


def scene() -> np.ndarray:
    """Smooth, asymmetric in both directions: (H, W, 3) RGB."""
    y, x = np.mgrid[:H, :W]
    return np.dstack([x * 5, y * 7, 255 - x * 2 - y * 3]).clip(0, 255).astype(np.uint8)


def encoded(image: Image.Image, fmt: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, fmt, **options)
    return buffer.getvalue()


def decoding(data: bytes, name: str = "portrait") -> Decoding:
    return decode(File(name, data))


def opened(data: bytes) -> Picture:
    result = decoding(data)
    assert result.fault is None
    assert isinstance(result.content, Picture)
    assert result.content.bgr.flags.c_contiguous
    assert result.content.bgr.dtype == np.uint8
    return result.content


def rgb(picture: Picture) -> np.ndarray:
    return picture.bgr[:, :, ::-1].astype(int)


def refusal(data: bytes) -> str:
    result = decoding(data)
    assert result.content is None
    assert result.fault
    return result.fault
