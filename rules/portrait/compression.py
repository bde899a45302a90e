"""Compression has left blocks.

What it measures: How much more brightness jumps at the borders of JPEG's blocks of 8 by 8 pixels
than inside them, in levels of 255, also where the picture was saved as PNG since; and, for a JPEG,
the quality that it was saved at.

Why it matters: The model takes blocks and the ringing around edges for texture: skin crawls when
the head moves.

How to mend it: Export the picture again from the original at quality 90 or more, or as PNG. Do not
send what came through a messenger. Saving a compressed picture as PNG keeps the blocks.

References: ITU-T T.81 (JPEG); Wang, Bovik and Evan, Blind measurement of blocking artifacts in
images (ICIP 2000).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Compression, Face, Judgement, at_most, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_levels: float = 2.2
    """Portraits at quality 50 measure 2.0, at 40 2.3, at 12 3.9."""
    warn_below_quality: int = 40
    """libjpeg's quality setting, for a JPEG."""


@rule("compression", code="P52", medium="portrait", limits=Limits)
def compression(compression: Compression, face: Face, limits: Limits) -> Judgement:
    quality = compression.jpeg_quality
    if quality is not None and quality < limits.warn_below_quality:
        return warned(
            "The file is saved at JPEG quality {measured}; it should be at least {wanted}.",
            measured=quality,
            wanted=limits.warn_below_quality,
        )
    return at_most(
        compression.blockiness_levels,
        warn=limits.warn_above_levels,
        unit="levels",
        where=face.region,
        says="Compression has left blocks of {measured} in the face; they {limit}.",
    )
