"""Pictures stored as they are shown."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from repairs import PLAIN, done, exif, found, mended, saved


@pytest.mark.parametrize("orientation", range(2, 9))
def test_what_viewers_show_is_what_is_stored(
    tmp_path: Path, pixels: NDArray[np.uint8], orientation: int
) -> None:
    path = saved(tmp_path / "turned.png", pixels, exif=exif(orientation))
    after, made = mended(path, PLAIN)
    with Image.open(io.BytesIO(made.data)) as image:
        assert not dict(image.getexif())
        shown = np.asarray(image)
    from PIL import ImageOps

    with Image.open(path) as original:
        assert np.array_equal(shown, np.asarray(ImageOps.exif_transpose(original)))
    assert "orientation" not in found(after)
    assert done(made)[:2] == ["upright", "places"]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_that_is_shown_the_wrong_way_up_is_turned(tmp_path: Path, turns: int) -> None:
    with Image.open(Path(__file__).parents[3] / "fixtures" / "portrait.png") as image:
        portrait = np.asarray(image.resize((620, 620)))
    path = saved(tmp_path / "turned.png", np.rot90(portrait, turns))
    after, made = mended(path, PLAIN)
    with Image.open(io.BytesIO(made.data)) as image:
        assert np.array_equal(np.asarray(image), portrait)
    assert "orientation" not in found(after)
    assert done(made)[:1] == ["upright"]
