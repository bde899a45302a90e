"""What the checksums of a picture's own format prove, beside what a decoder says of it.

Decoders stop once they have their pixels, and some never look at a checksum: Pillow passes over
those of a PNG's pixels, and libtiff over the one behind a strip. JPEG, WebP, AVIF, GIF, BMP and PNM
have none.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

__all__ = ["Damage", "png_damage", "tiff_damage"]

# The signature, and IHDR without its checksum.
_PNG_HEADER_BYTES = 29
# Samples of a pixel by PNG's colour type (ISO/IEC 15948 table 11.1).
_PNG_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

# TIFF 6.0 section 8 and Adobe's supplement 2: the tags, and the two numbers of deflate.
_COMPRESSION, _DEFLATE = 259, (8, 32946)
_PARTS = ((273, 279), (324, 325))
"""Offsets and sizes of strips, and of tiles."""

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Damage:
    """What is wrong with a picture, as a clause."""

    clause: str
    sound_share: float
    """The share of its pixels that are sure: those in front. 1 where the decoder shows it."""


def png_damage(data: bytes) -> Damage | None:
    """Compare every chunk with its CRC (ISO/IEC 15948 5.3), up to the end that a PNG must have."""
    view = memoryview(data)
    pixels: list[memoryview] = []
    at = 8
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body, end = at + 8, at + 12 + size
        if end > len(data):
            if name == b"IDAT":
                pixels.append(view[body:])
            break
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            return _png_chunk_damage(data, name, pixels)
        if name == b"IEND":
            return None
        if name == b"IDAT":
            pixels.append(view[body : end - 4])
        at = end
    return Damage("its end is missing", _png_share(data, pixels))


def _png_chunk_damage(data: bytes, name: bytes, pixels: list[memoryview]) -> Damage:
    if name == b"IDAT":
        share = _png_share(data, pixels)
        where = f"after {100 * share:.0f} % of them" if share else "from the first on"
        return Damage(f"the checksum of its pixels is wrong {where}", share)
    shown = name.decode("ascii") if name.isalpha() else "next"
    # Parts with a small first letter can be left out: no pixel depends on them.
    return Damage(
        f"the checksum of its {shown} part is wrong",
        _png_share(data, pixels) if pixels else float(name[:1].islower()),
    )


def _png_share(data: bytes, pixels: list[memoryview]) -> float:
    """The share of all pixels that ``pixels`` inflate to."""
    if len(data) < _PNG_HEADER_BYTES:
        return 0.0
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    bits = data[24] * _PNG_SAMPLES.get(data[25], 4)
    # A byte in front of each row names its filter.
    whole = height * (1 + (width * bits + 7) // 8)
    inflater, inflated = zlib.decompressobj(), 0
    try:
        for body in pixels:
            left: Any = body
            while left and not inflater.eof:
                inflated += len(inflater.decompress(left, _PIECE_BYTES))
                left = inflater.unconsumed_tail
    except zlib.error:
        pass  # What was inflated until then is what is asked for.
    return min(1.0, inflated / whole) if whole else 0.0


def tiff_damage(data: bytes, tags: Any) -> Damage | None:
    """Compare deflated strips and tiles with their checksums (RFC 1950 2.2); others have none.

    ``tags`` are those of the first page, as Pillow reads them.
    """
    if tags.get(_COMPRESSION) not in _DEFLATE:
        return None
    parts = [
        (offset, size)
        for offsets, sizes in _PARTS
        for offset, size in zip(tags.get(offsets, ()), tags.get(sizes, ()), strict=False)
    ]
    for i, (offset, size) in enumerate(parts):
        if not _inflates(data[offset : offset + size]):
            share = i / len(parts)
            return Damage(
                f"the checksum of its pixels is wrong after {100 * share:.0f} % of them",
                share,
            )
    return None


def _inflates(part: bytes) -> bool:
    inflater = zlib.decompressobj()
    try:
        while part and not inflater.eof:
            inflater.decompress(part, _PIECE_BYTES)
            part = inflater.unconsumed_tail
    except zlib.error:
        return False
    return inflater.eof
