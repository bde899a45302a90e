"""What headers of pictures say, and what is made of nonsense in them."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from made_pictures import H, W, encoded, opened, rgb, scene
from PIL import Image

from qcheck.media.content import Undecodable
from qcheck.media.picture_headers import frame_count, jpeg_quality, tiff_size


@pytest.mark.parametrize("fmt", ["PNG", "TIFF", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(fmt: str, orientation: int) -> None:
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
        8: lambda a: np.rot90(a, -1),
    }
    stored = Image.fromarray(np.ascontiguousarray(undo[orientation](scene())))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, object] = {"quality": 100} if fmt != "TIFF" else {}
    picture = opened(encoded(stored, fmt, exif=exif, **options))
    assert picture.exif_orientation == orientation
    assert rgb(picture).shape == (H, W, 3)
    assert np.abs(rgb(picture) - scene()).mean() < 6


def test_corrupt_exif_leaves_the_picture_as_it_is_stored() -> None:
    data = encoded(Image.fromarray(scene()), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage")
    picture = opened(data)
    assert picture.exif_orientation == 1
    exif = Image.Exif()
    exif[0x0112] = 77
    assert opened(encoded(Image.fromarray(scene()), "PNG", exif=exif)).exif_orientation == 1


@pytest.mark.parametrize("quality", [10, 40, 75, 90, 100])
def test_the_quality_of_a_jpeg_is_the_one_that_it_was_saved_at(quality: int) -> None:
    data = encoded(Image.fromarray(scene()), "JPEG", quality=quality)
    assert opened(data).jpeg_quality == quality
    with Image.open(io.BytesIO(data)) as image:
        assert jpeg_quality(image.quantization) == quality


@pytest.mark.parametrize("tables", [None, {}, {1: [16] * 64}])
def test_without_tables_there_is_no_quality(tables: object) -> None:
    assert jpeg_quality(tables) is None


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_size_of_a_tiff_stands_in_its_first_directory(order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = struct.pack(order + "HHIHH", 0x0100, 3, 1, 640, 0)
    entries += struct.pack(order + "HHII", 0x0101, 4, 1, 480)
    data = mark + struct.pack(order + "IH", 8, 2) + entries
    assert tiff_size(data) == (640, 480)
    with pytest.raises(Undecodable, match="header"):
        tiff_size(data[:-6])


@pytest.mark.parametrize("fmt", ["PNG", "GIF", "WEBP", "TIFF"])
def test_frames_and_pages_are_counted(fmt: str) -> None:
    frames = [Image.fromarray(np.roll(scene(), 9 * i, axis=1)) for i in range(3)]
    data = encoded(frames[0], fmt, save_all=True, append_images=frames[1:])
    with Image.open(io.BytesIO(data)) as image:
        assert frame_count(image) == 3
