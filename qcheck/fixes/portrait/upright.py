"""Bakes the camera's orientation note into the pixels.

A turn by a quarter or a mirroring moves pixels and changes none.
"""

from __future__ import annotations

import dataclasses

from qcheck.fixes.declaration import Repaired, fix
from qcheck.media.content import Picture


@fix("upright", medium="portrait", turn=10, answers=("orientation",))
def upright(picture: Picture) -> Repaired | None:
    """Store the picture as it is shown."""
    if picture.exif_orientation == 1:
        return None
    # A decoded picture is upright already: what is left to do is to store it so, without the note.
    turned = dataclasses.replace(picture, exif_orientation=1)
    return Repaired(
        (turned,), f"stored upright, without EXIF orientation {picture.exif_orientation}"
    )
