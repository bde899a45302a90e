"""Converts the picture to 8-bit sRGB, which is what every model takes it for.

Most programs of the pipeline pass a colour profile over, and skin in another colour space comes out
too pale or too red; of 16 bits some read the upper ones, some the lower ones.
"""

from __future__ import annotations

import dataclasses

from qcheck.fixes.declaration import Repaired, fix
from qcheck.fixes.helpers.metadata import Embedded
from qcheck.media.content import Picture


@fix("srgb", medium="portrait", turn=30)
def srgb(embedded: Embedded, picture: Picture) -> Repaired | None:
    """Convert colour profile and bit depth to 8-bit sRGB."""
    done = []
    if embedded.profile is not None:
        done.append(f"colours converted from {embedded.profile} to sRGB")
    elif picture.stored_mode in ("CMYK", "LAB"):
        done.append(f"colours converted from {picture.stored_mode} to sRGB")
    if picture.bits_per_channel > 8:
        done.append(f"{picture.bits_per_channel} bits a channel rounded to 8")
    if not done:
        return None
    # The decoded picture is 8-bit sRGB already: what is left to do is to store it so.
    stored = dataclasses.replace(picture, bits_per_channel=8, stored_mode="RGB")
    return Repaired((stored, dataclasses.replace(embedded, profile=None)), "; ".join(done))
