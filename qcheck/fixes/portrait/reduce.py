"""Reduces a picture that has more pixels than the app takes.

Never the other way: pixels that a picture does not have cannot be made.
"""

from __future__ import annotations

import math

from qcheck.core.results import Judgement
from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.fixes.helpers.shrinking import shrunk
from qcheck.media.content import Picture


def _is_too_large(judgement: Judgement) -> bool:
    measured, wanted = judgement.measured, judgement.wanted
    if not isinstance(measured, int | float) or not isinstance(wanted, int | float):
        return False
    return judgement.unit in ("px", "megapixels") and measured > wanted


@fix("reduce", medium="portrait", turn=70, answers=("file-limits",), mends=_is_too_large)
def reduce(picture: Picture, wish: Wish) -> Repaired | None:
    """Reduce the picture to the sides that the app takes."""
    side_px = wish.limit("file-limits", "portrait_max_side_px")
    pixels = wish.limit("file-limits", "portrait_max_pixels")
    width, height = picture.width_px, picture.height_px
    scale = 1.0
    if side_px is not None:
        scale = min(scale, side_px / max(width, height))
    if pixels is not None:
        scale = min(scale, math.sqrt(pixels / (width * height)))
    small = shrunk(picture, scale)
    if small is picture:
        return None
    return Repaired(
        (small,),
        f"reduced from {width} x {height} to {small.width_px} x {small.height_px} px (Lanczos)",
    )
