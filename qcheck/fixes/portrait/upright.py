"""Turns the picture the right way up, and bakes the camera's orientation note into the pixels.

A turn by quarters or a mirroring moves pixels and changes none.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from qcheck.fixes.declaration import Repaired, fix
from qcheck.media.content import Picture
from qcheck.probes.portrait import WayUp


@fix("upright", medium="portrait", turn=10, answers=("orientation",))
def upright(picture: Picture, way: WayUp) -> Repaired | None:
    """Turn the picture the right way up, and store it as it is shown."""
    if picture.exif_orientation == 1 and not way.quarter_turns:
        return None
    # A decoded picture is as viewers show it: it is to be stored so, without the note.
    turned = dataclasses.replace(
        picture,
        bgr=_clockwise(picture.bgr, way.quarter_turns),
        alpha=None if picture.alpha is None else _clockwise(picture.alpha, way.quarter_turns),
        exif_orientation=1,
    )
    said = [f"turned clockwise by {90 * way.quarter_turns}°"] if way.quarter_turns else []
    if picture.exif_orientation != 1:
        said.append(f"stored upright, without EXIF orientation {picture.exif_orientation}")
    return Repaired((turned,), ", ".join(said))


def _clockwise(pixels: np.ndarray, quarter_turns: int) -> np.ndarray:
    return np.ascontiguousarray(np.rot90(pixels, -quarter_turns))
