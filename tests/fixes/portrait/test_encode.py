"""Pictures written as the app takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from repairs import PLAIN, checked, done, exif, found, mended, picture_of

from qcheck.fixes.portrait.encode import _fitting
from qcheck.media.content import Picture


def test_a_low_quality_jpeg_stays_one_in_the_report(tmp_path: Path, fixtures: Path) -> None:
    path = tmp_path / "poor.jpg"
    with Image.open(fixtures / "portrait.png") as image:
        turned = image.convert("RGB").resize((700, 700)).transpose(Image.Transpose.ROTATE_90)
        turned.save(path, quality=20, exif=exif(6, place=False))
    after, made = mended(path)
    assert done(made) == ["upright", "encode"]
    assert {"compression"} <= found(after)


@pytest.mark.parametrize("most", [60_000, 20_000, 6_000])
def test_the_best_quality_that_fits_is_taken(pixels: NDArray[np.uint8], most: int) -> None:
    large = np.kron(pixels, np.ones((5, 5, 1), np.uint8))
    noisy = np.clip(large + np.random.default_rng(1).normal(0, 6, large.shape), 0, 255)
    picture = Picture(noisy.astype(np.uint8), None, "PNG", "RGB", 8, 1, 1)
    small, quality, data = _fitting(picture, most, 95)
    assert len(data) <= most
    assert 75 <= quality <= 95
    if small is picture and quality < 95:
        assert len(_fitting(picture, None, quality + 1)[2]) > most
    assert small.width_px <= picture.width_px


def test_of_an_animation_the_first_frame_is_kept(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    path = tmp_path / "moving.png"
    frames = [Image.fromarray(pixels), Image.fromarray(pixels[::-1])]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    assert "readable" in found(checked(path, PLAIN))
    after, made = mended(path, PLAIN)
    assert "readable" not in found(after)
    assert np.array_equal(picture_of(made.data), pixels)
