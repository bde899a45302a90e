"""Pictures made smaller or flat, for more than one repair."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from qcheck.media.content import Picture

__all__ = ["on_colour", "shrunk"]


def on_colour(picture: Picture, rgb: tuple[int, int, int]) -> NDArray[np.uint8]:
    """(height, width, 3): the picture over a plain colour; its own pixels where it is opaque."""
    if picture.alpha is None:
        return picture.bgr
    share = picture.alpha[:, :, np.newaxis].astype(np.float32) / 255
    ground = np.array(rgb[::-1], np.float32)
    mixed = picture.bgr * share + ground * (1 - share)
    flat: NDArray[np.uint8] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return flat


def shrunk(picture: Picture, scale: float) -> Picture:
    """Reduced by Lanczos' filter over three lobes, widened to the reduction (Pillow's); never
    enlarged.
    """
    width = max(1, int(picture.width_px * min(scale, 1.0)))
    height = max(1, int(picture.height_px * min(scale, 1.0)))
    if (width, height) == (picture.width_px, picture.height_px):
        return picture
    if picture.alpha is None:
        small = Image.fromarray(picture.bgr).resize((width, height), Image.Resampling.LANCZOS)
        return dataclasses.replace(picture, bgr=np.asarray(small, np.uint8))
    # What is hidden under transparency must not bleed into the rim: weighted by alpha.
    image = Image.fromarray(np.dstack([picture.bgr, picture.alpha]), "RGBA").convert("RGBa")
    pixels = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS).convert("RGBA"))
    return dataclasses.replace(
        picture,
        bgr=np.ascontiguousarray(pixels[:, :, :3]),
        alpha=np.ascontiguousarray(pixels[:, :, 3]),
    )
