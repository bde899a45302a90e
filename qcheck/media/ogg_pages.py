"""The pages of an Ogg file (RFC 3533 6): what their checksums and numbers say.

FFmpeg leaves a page with a wrong checksum out and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import fastcrc

__all__ = ["OggScan", "scan_pages"]

_HEADER_BYTES = 27
_CRC_AT = 22
_FIRST, _LAST = 0x02, 0x04


@dataclass(frozen=True)
class OggScan:
    """Every page of a file."""

    pages: int
    damaged: int
    """Pages whose checksum is wrong, or that lack."""
    streams_at: tuple[int, ...]
    """First bytes of the streams that are heard one after the other, the first one's among them."""
    ends: bool
    """Whether the last whole page ends its stream and nothing is cut after it."""


def scan_pages(data: bytes) -> OggScan:
    """Walk all pages of ``data``; bytes between them count as a damaged page."""
    pages = damaged = 0
    streams_at: list[int] = []
    next_number: dict[bytes, int] = {}
    within = ends = False
    expected = 0
    for at, end in _pages(data):
        pages += 1
        kind, serial = data[at + 5], data[at + 14 : at + 18]
        number = int.from_bytes(data[at + 18 : at + 22], "little")
        damaged += at != expected
        expected = end
        bare = data[at : at + _CRC_AT] + bytes(4) + data[at + _CRC_AT + 4 : end]
        stored = int.from_bytes(data[at + _CRC_AT : at + _CRC_AT + 4], "little")
        # Ogg's checksum is that of POSIX cksum before its last step, which turns every bit.
        wrong = fastcrc.crc32.cksum(bare) ^ 0xFFFFFFFF != stored
        damaged += wrong or number != next_number.get(serial, number)
        next_number[serial] = number + 1
        # Streams that are heard at once begin together, before any page that begins none.
        if kind & _FIRST and not within:
            streams_at.append(at)
        within = bool(kind & _FIRST)
        ends = bool(kind & _LAST)
    return OggScan(pages, damaged, tuple(streams_at), ends and expected == len(data))


def _pages(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each whole page begins and ends."""
    at = data.find(b"OggS")
    while at >= 0 and at + _HEADER_BYTES <= len(data):
        segments = data[at + 26]
        table = data[at + _HEADER_BYTES : at + _HEADER_BYTES + segments]
        end = at + _HEADER_BYTES + segments + sum(table)
        if len(table) == segments and end <= len(data) and data[at + 4] == 0:
            yield at, end
            at = end if data[end : end + 4] == b"OggS" else data.find(b"OggS", end)
        else:
            at = data.find(b"OggS", at + 4)
