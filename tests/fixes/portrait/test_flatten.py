"""Transparency put on a colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from repairs import PLAIN, checked, done, found, mended, picture_of, saved

from qcheck.engine.options import Options


def test_transparency_goes_on_the_colour_that_is_asked_for(
    tmp_path: Path, pixels: NDArray[np.uint8]
) -> None:
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[:, 30:] = 255
    path = saved(tmp_path / "cut.png", np.dstack([pixels, alpha]))
    assert mended(path, PLAIN)[1].data == path.read_bytes()
    _, made = mended(path, PLAIN, background=(0, 128, 255))
    assert done(made) == ["flatten", "encode"]
    out = picture_of(made.data)
    assert (out[:, :30] == (0, 128, 255)).all()
    assert np.array_equal(out[:, 30:], pixels[:, 30:])


def test_transparency_is_flattened_where_the_app_does(
    tmp_path: Path, pixels: NDArray[np.uint8]
) -> None:
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    alpha[:, 30:] = 255
    path = saved(tmp_path / "cut.png", np.dstack([pixels, alpha]))
    (tmp_path / "qcheck.toml").write_text("[limits.transparency]\nflattened = true\n")
    options = Options(config=tmp_path / "qcheck.toml", select=("transparency",))
    assert found(checked(path, options)) == {"transparency"}
    after, made = mended(path, options)
    assert found(after) == set()
    assert (picture_of(made.data)[:, :30] == 255).all()


def test_a_hole_in_the_face_is_not_hidden_by_a_colour(fixtures: Path) -> None:
    path = fixtures / "defects" / "transparency.webp"
    assert mended(path)[1].data == path.read_bytes()
    after, made = mended(path, background=(255, 255, 255))
    assert "flatten" in done(made)
    assert "transparency" in found(after)
