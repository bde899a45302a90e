"""JPEG: the same pixels as Pillow's, and libjpeg's warnings of damage."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from qcheck.media.content import Decoding, Picture
from qcheck.media.decode import decode
from qcheck.media.file import File
from qcheck.media.jpeg import read_jpeg


def scene(mode: str = "RGB") -> Image.Image:
    y, x = np.mgrid[:120, :200]
    wave = 120 + 80 * np.sin(x / 9) * np.cos(y / 7)
    pixels = np.dstack([wave, 255 - wave, x]).clip(0, 255).astype(np.uint8)
    return Image.fromarray(pixels).convert(mode)


def encoded(mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    scene(mode).save(buffer, "JPEG", **{"quality": 90, **options})
    return buffer.getvalue()


def decoding(data: bytes) -> Decoding:
    return decode(File("portrait", data))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_pixels_are_those_of_pillow(mode: str, progressive: bool, subsampling: int) -> None:
    data = encoded(mode, progressive=progressive, subsampling=subsampling)
    found = decoding(data)
    assert found.fault is None
    assert isinstance(found.content, Picture)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image.convert("RGB"))
    assert (found.content.bgr[:, :, ::-1] == expected).all()


def test_a_colour_profile_is_still_applied() -> None:
    swapped = io.BytesIO()
    scene().save(swapped, "JPEG", quality=90, icc_profile=b"no profile")
    assert decoding(swapped.getvalue()).fault is None


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_data_that_ends_too_early_is_reported(mode: str) -> None:
    data = encoded(mode)
    lacking = data[: len(data) // 2] + b"\xff\xd9"
    found = decoding(lacking)
    assert found.fault is not None
    assert "premature end of data segment" in found.fault
    assert found.content is None


def test_data_that_goes_on_behind_the_pixels_is_reported() -> None:
    data = encoded()
    found = decoding(data[:-2] + bytes(range(1, 60)) + data[-2:])
    assert found.fault is not None
    assert "more data follows than its pixels need" in found.fault


def test_zeros_that_a_camera_fills_up_with_are_no_damage() -> None:
    data = encoded()
    found = decoding(data[:-2] + bytes(60) + data[-2:])
    assert found.fault is None
    assert isinstance(found.content, Picture)


def test_a_cut_file_says_so() -> None:
    found = decoding(encoded()[:-300])
    assert found.fault is not None
    assert "its end is missing" in found.fault


def test_what_libjpeg_warns_of_and_no_pixel_needs_is_no_damage() -> None:
    data = encoded()
    at = data.index(b"JFIF\0") + 5
    odd = data[:at] + b"\x07" + data[at + 1 :]  # JFIF 7.01
    assert read_jpeg(odd, "RGB") == (None, None)
    found = decoding(odd)
    assert found.fault is None
    assert isinstance(found.content, Picture)


def test_modes_that_only_pillow_knows_are_left_to_it() -> None:
    assert read_jpeg(encoded(), "LAB") == (None, None)
