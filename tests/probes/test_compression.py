"""JPEG of known quality leaves its grid."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.media.content import Picture
from qcheck.probes.compression import measure_compression

FACE = synthetic.face(500)
RNG = np.random.default_rng(7)
Y, X = np.mgrid[: synthetic.drawn(FACE).shape[0], : synthetic.drawn(FACE).shape[1]]
SHADED = np.clip(
    synthetic.noisy(synthetic.drawn(FACE), 2.0)
    * (0.7 + 0.3 * np.sin(X / 60) * np.cos(Y / 45))[:, :, None],
    0,
    255,
).astype(np.uint8)


def blockiness(bgr: np.ndarray, quality: int | None = None) -> float:
    picture = Picture(np.ascontiguousarray(bgr), None, "PNG", "RGB", 8, 1, 1, quality)
    compression = measure_compression(picture, synthetic.crop(bgr, FACE))
    assert compression.jpeg_quality == quality
    return compression.blockiness_levels


def test_an_uncompressed_picture_has_no_blocks() -> None:
    assert blockiness(SHADED) < 0.3


def test_lower_quality_leaves_more_blocks() -> None:
    measured = [blockiness(synthetic.as_jpeg(SHADED, q)) for q in (90, 60, 35, 15)]
    assert measured == sorted(measured)
    assert measured[0] < 1.5
    assert measured[-1] > 2.5


@pytest.mark.parametrize("offset", [(0, 0), (3, 5), (7, 1)])
def test_the_grid_is_found_wherever_it_was_cropped(offset: tuple[int, int]) -> None:
    pressed = synthetic.as_jpeg(SHADED, 12)
    moved = np.roll(pressed, offset, axis=(0, 1))
    assert blockiness(moved) == pytest.approx(blockiness(pressed), rel=0.25)


def test_blocks_stay_when_the_picture_is_saved_again() -> None:
    once = synthetic.as_jpeg(SHADED, 15)
    assert blockiness(synthetic.as_jpeg(once, 95), 95) > 0.8 * blockiness(once)


def test_the_edges_of_the_scene_are_no_blocks() -> None:
    stripes = np.where((X // 11) % 2, 90, 160).astype(np.uint8)
    assert blockiness(np.dstack([stripes] * 3)) < 1.0
