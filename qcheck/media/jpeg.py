"""JPEG with simplejpeg, which is libjpeg-turbo with its warnings.

libjpeg goes on over damage and only warns of it, and Pillow drops the warnings: of a hundred bits
flipped in a JPEG, ninety-nine went unnoticed. The pixels are those of Pillow, bit for bit, as both
hold the same decoder; what simplejpeg refuses is left to Pillow.
"""

from __future__ import annotations

import re

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from qcheck.media.picture_faults import Damage

__all__ = ["read_jpeg"]

# libjpeg's warnings (jerror.h) of damage. Others are about odd headers, and no pixel is lost.
_DAMAGE = re.compile(
    r"Corrupt JPEG data: (?!bad ICC marker)|Premature end of JPEG file|"
    r"Inconsistent progression sequence"
)
# Some cameras fill up the end of the scan with zeros.
_EXTRANEOUS = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9")


def read_jpeg(data: bytes, mode: str) -> tuple[NDArray[np.uint8] | None, Damage | None]:
    """The pixels, as RGB or grey, and what is wrong with them.

    ``mode`` is Pillow's; pixels are None where Pillow has to decode them.
    """
    colours = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}.get(mode)
    if colours is None:
        return None, None
    try:
        pixels = simplejpeg.decode_jpeg(data, colours, strict=True)
    except ValueError as error:
        return None, _damage(str(error), data)
    if mode == "CMYK":
        return None, None  # Adobe's are stored as negatives, which Pillow knows to turn.
    return (pixels[:, :, 0] if mode == "L" else pixels), None


def _damage(warning: str, data: bytes) -> Damage | None:
    if not _DAMAGE.match(warning):
        return None
    if extraneous := _EXTRANEOUS.match(warning):
        end = data.rfind(b"\xff\xd9")
        padding = data[max(0, end - int(extraneous[1])) : end]
        if not padding.strip(b"\0"):
            return None
        return Damage("more data follows than its pixels need", 0.0)
    if "Premature end of JPEG file" in warning:
        return Damage("its end is missing", 1.0)
    # Where it is damaged is not said, and what follows is shifted, or in the wrong colour.
    return Damage(f"the decoder says “{warning.strip().rstrip('.')[:120]}”", 0.0)
