"""Pictures turned until the head is upright."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from repairs import checked, done, found, mended, picture_of

from qcheck.engine.options import Options
from qcheck.fixes.portrait.straighten import _frame, _Guide


def tilted(path: Path, fixtures: Path, deg: float) -> Path:
    """The sound portrait in a wide room of its own background, held at an angle."""
    with Image.open(fixtures / "portrait.png") as image:
        flat = np.asarray(image.convert("RGB"))[::2, ::2]
    side = flat.shape[0]
    wide = np.pad(flat, ((side // 3, side // 3), (side // 4, side // 4), (0, 0)), mode="edge")
    turned = Image.fromarray(wide).rotate(-deg, Image.Resampling.BICUBIC, expand=deg % 90 == 0)
    if deg % 90:
        inset = side // 6
        turned = turned.crop((inset, inset, turned.width - inset, turned.height - inset))
    turned.save(path)
    return path


GUIDE = _Guide(0.06, (0.27, 0.43))
ROLL = Options(
    isolated=True,
    select=("head-roll", "face-count", "face-cropped", "head-and-shoulders", "sharpness"),
)


@pytest.mark.parametrize("deg", [14, -14])
def test_a_tilted_head_is_straightened_without_empty_corners(
    fixtures: Path, tmp_path: Path, deg: float
) -> None:
    path = tilted(tmp_path / "tilted.png", fixtures, deg)
    assert "head-roll" in found(checked(path, ROLL))
    after, made = mended(path, ROLL, unsafe=True)
    assert done(made)[0] == "straighten"
    assert not found(after)
    now, was = picture_of(made.data), picture_of(path.read_bytes())
    assert now.shape[0] < was.shape[0]
    assert now.shape[1] < was.shape[1]
    assert "straighten" not in done(mended(path, ROLL)[1])


@pytest.mark.parametrize("deg", [90, -90])
def test_a_picture_on_its_side_is_turned_by_a_quarter_and_keeps_its_pixels(
    fixtures: Path, tmp_path: Path, deg: int
) -> None:
    path = tilted(tmp_path / "side.png", fixtures, deg)
    options = dataclasses.replace(ROLL, select=("orientation", "head-roll"))
    assert found(checked(path, options)) == {"orientation"}
    after, made = mended(path, options)
    assert not found(after)
    assert np.array_equal(picture_of(made.data), np.rot90(picture_of(path.read_bytes()), deg // 90))


@given(
    width=st.integers(40, 900),
    height=st.integers(40, 900),
    deg=st.floats(-80, 80),
    at=st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8)),
    share=st.floats(0.05, 0.5),
)
def test_a_straightened_frame_lies_within_the_turned_picture_and_holds_the_head(
    width: int, height: int, deg: float, at: tuple[float, float], share: float
) -> None:
    turn = cv2.getRotationMatrix2D((width * at[0], height * at[1]), deg, 1.0)
    half = share * min(width, height) / 2
    x, y = width * at[0], height * at[1]
    frame = _frame((width, height), turn, deg, (x - half, y - half, x + half, y + half), y, GUIDE)
    if frame is None:
        return
    x0, y0, x1, y1 = frame
    assert x0 <= x - half + 1
    assert y0 <= y - half + 1
    assert x1 >= x + half - 1
    assert y1 >= y + half - 1
    back = cv2.invertAffineTransform(turn)
    corners = np.array([(x0, y0, 1), (x1, y0, 1), (x0, y1, 1), (x1, y1, 1)], float) @ back.T
    assert corners.min() >= 0
    assert (corners <= (width, height)).all()
