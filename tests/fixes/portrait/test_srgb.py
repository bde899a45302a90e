"""Colours that every program reads alike."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageCms
from repairs import PLAIN, done, mended, picture_of, saved


def test_colours_of_another_space_are_converted(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    # A display profile with the red and the green phosphor exchanged: whatever reads it as sRGB
    # shows other colours.
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = {name: srgb.index(name) for name in (b"rXYZ", b"gXYZ")}
    swapped = bytearray(srgb)
    swapped[at[b"rXYZ"] : at[b"rXYZ"] + 4], swapped[at[b"gXYZ"] : at[b"gXYZ"] + 4] = (
        b"gXYZ",
        b"rXYZ",
    )
    path = saved(tmp_path / "swapped.png", pixels, icc_profile=bytes(swapped))
    _, made = mended(path, PLAIN)
    assert done(made) == ["srgb", "encode"]
    out = picture_of(made.data).astype(int)
    assert np.abs(out - pixels[:, :, [1, 0, 2]]).max() <= 2
    named = saved(tmp_path / "srgb.png", pixels, icc_profile=srgb)
    assert mended(named, PLAIN)[1].data == named.read_bytes()


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:

    deep = np.random.default_rng(1).integers(0, 65536, (32, 48, 3), dtype=np.uint16)
    path = tmp_path / "deep.png"
    cv2.imwrite(str(path), deep)
    _, made = mended(path, PLAIN)
    assert done(made) == ["srgb", "encode"]
    out = picture_of(made.data)[:, :, ::-1].astype(int)
    assert np.abs(out - deep / 257).max() <= 0.51
