"""Pictures made smaller, or put on a colour."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qcheck.fixes.helpers.shrinking import on_colour, shrunk
from qcheck.media.content import Picture


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.01, 4), st.booleans())
def test_nothing_is_ever_enlarged(width: int, height: int, scale: float, cut_out: bool) -> None:
    bgr = np.full((height, width, 3), 77, np.uint8)
    alpha = np.full((height, width), 255, np.uint8) if cut_out else None
    picture = Picture(bgr, alpha, "PNG", "RGB", 8, 1, 1)
    small = shrunk(picture, scale)
    assert small.width_px <= width
    assert small.height_px <= height
    assert (small.bgr == 77).all()
    assert scale < 1 or small is picture


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_a_colour_shows_as_much_as_it_is_transparent(pixel: int, alpha: int, ground: int) -> None:
    picture = Picture(
        np.full((1, 1, 3), pixel, np.uint8),
        np.full((1, 1), alpha, np.uint8),
        "PNG",
        "RGBA",
        8,
        1,
        1,
    )
    mixed = int(on_colour(picture, (ground, ground, ground))[0, 0, 0])
    assert abs(mixed - (pixel * alpha + ground * (255 - alpha)) / 255) <= 0.51
