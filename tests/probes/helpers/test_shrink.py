"""Pictures reduced by averaging."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.probes.helpers.shrink import halved, shrink


@settings(max_examples=30, deadline=None)
@given(st.integers(8, 300), st.integers(8, 300), st.floats(0.02, 1.0))
def test_the_size_is_about_the_wanted_one(width: int, height: int, scale: float) -> None:
    small = shrink(np.zeros((height, width, 3), np.uint8), scale)
    for side, was in zip(small.shape[:2], (height, width), strict=True):
        assert side == pytest.approx(max(was * scale, 1), abs=1.5)


@pytest.mark.parametrize("scale", [0.5, 0.3, 0.11])
def test_the_mean_stays(scale: float) -> None:
    pixels = np.random.default_rng(1).uniform(0, 255, (256, 256)).astype(np.float32)
    assert shrink(pixels, scale).mean() == pytest.approx(pixels.mean(), rel=0.02)


def test_nothing_is_enlarged() -> None:
    pixels = np.zeros((10, 20), np.uint8)
    assert shrink(pixels, 1.0) is pixels
    assert shrink(pixels, 3.0) is pixels


@pytest.mark.parametrize(("side", "scale"), [(100, 1.0), (101, 0.5), (200, 0.5), (900, 0.125)])
def test_halving_stops_where_it_fits(side: int, scale: float) -> None:
    small, reduced = halved(np.zeros((side, side // 2), np.uint8), 100 if side != 900 else 120)
    assert reduced == scale
    assert small.shape == (int(side * scale), int(side // 2 * scale))


def test_a_thin_picture_is_left_as_it_is() -> None:
    pixels = np.zeros((2, 5000), np.uint8)
    assert halved(pixels, 100)[0] is pixels
