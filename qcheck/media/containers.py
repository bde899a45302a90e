"""Which tracks a container holds: an MP4, a MOV, a WebM or an MKV may be a video or sound alone.

Only boxes and elements on the way to the list of tracks are read, each at most once, and what does
not add up ends the search: sizes in hostile files lie.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["ebml_doc_type", "has_video_track", "indexed_share", "iso_media_cut", "top_boxes"]

# More boxes stand in front of the tracks of no file: a live recording may have some thousand.
_MOST_BOXES = 20_000

_EBML_HEADER = 0x1A45DFA3
_DOC_TYPE = 0x4282
_SEGMENT = 0x18538067
_TRACKS = 0x1654AE6B
_TRACK_ENTRY = 0xAE
_TRACK_TYPE = 0x83
_VIDEO = 1

# Sound and video as ISO/IEC 14496-12 12.1 and 12.2 name them.
_VIDEO_HANDLER = b"vide"


def has_video_track(data: bytes) -> bool | None:
    """Whether a container in ``data`` has a video track; None where its tracks are not there."""
    if data[:4] == _EBML_HEADER.to_bytes(4, "big"):
        kinds = [
            int.from_bytes(data[start:end], "big")
            for segment in _elements(data, 0, len(data), _SEGMENT)
            for tracks in _elements(data, *segment, _TRACKS, first=True)
            for entry in _elements(data, *tracks, _TRACK_ENTRY)
            for start, end in _elements(data, *entry, _TRACK_TYPE)
        ]
        return _VIDEO in kinds if kinds else None
    handlers = [
        data[start + 8 : start + 12]
        for movie in _boxes(data, 0, len(data), b"moov", first=True)
        for track in _boxes(data, *movie, b"trak")
        for media in _boxes(data, *track, b"mdia")
        for start, _ in _boxes(data, *media, b"hdlr", first=True)
    ]
    return _VIDEO_HANDLER in handlers if handlers else None


def ebml_doc_type(data: bytes) -> bytes:
    """``webm`` or ``matroska``; empty where the header does not say."""
    for header in _elements(data, 0, len(data), _EBML_HEADER, first=True):
        for start, end in _elements(data, *header, _DOC_TYPE):
            return data[start:end].rstrip(b"\0")
    return b""


def iso_media_cut(data: bytes) -> bool:
    """Whether a top-level box is longer than the file (ISO/IEC 14496-12 4.2)."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return False
        if size < 8:
            return True
        at += size
    return at > len(data)


def indexed_share(data: bytes) -> float | None:
    """Share of the media data that the tracks' tables of samples list (ISO/IEC 14496-12 8.7.3).

    None where there are none, or none of bytes, or fragments, which have tables of their own.
    """
    kinds = [kind for _, _, kind in top_boxes(data)]
    held = sum(end - at - 8 for at, end, kind in top_boxes(data) if kind == b"mdat")
    tables = [
        table
        for movie in _boxes(data, 0, len(data), b"moov", first=True)
        for track in _boxes(data, *movie, b"trak")
        for media in _boxes(data, *track, b"mdia")
        for information in _boxes(data, *media, b"minf")
        for samples in _boxes(data, *information, b"stbl")
        for table in _boxes(data, *samples, b"stsz")
    ]
    sizes = [_sample_bytes(data, *table) for table in tables]
    if not sizes or None in sizes or held <= 0 or b"moof" in kinds:
        return None
    return sum(filter(None, sizes)) / held


def _sample_bytes(data: bytes, at: int, end: int) -> int | None:
    """None where all samples have one size: of QuickTime's sound, that is not of bytes."""
    same, count = (int.from_bytes(data[at + i : at + i + 4], "big") for i in (4, 8))
    if same:
        return None
    sizes = data[at + 12 : min(end, at + 12 + 4 * count)]
    return sum(int(number) for (number,) in struct.iter_unpack(">I", sizes[: len(sizes) // 4 * 4]))


def top_boxes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and kind of every top-level box that adds up (ISO/IEC 14496-12 4.2)."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        end = at + size if size else len(data)
        if end < at + 8:
            return
        yield at, end, data[at + 4 : at + 8]
        at = end


def _boxes(
    data: bytes, at: int, end: int, kind: bytes, *, first: bool = False
) -> Iterator[tuple[int, int]]:
    """Bodies of the boxes of a kind (ISO/IEC 14496-12 4.2); only the first one on request."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if size == 0:
            size = end - at
        if size < header:
            return
        if data[at + 4 : at + 8] == kind:
            yield at + header, min(at + size, end)
            if first:
                return
        at += size


def _elements(
    data: bytes, at: int, end: int, wanted: int, *, first: bool = False
) -> Iterator[tuple[int, int]]:
    """Bodies of the elements with an ID (RFC 8794 4 to 6); only the first one on request."""
    for _ in range(_MOST_BOXES):
        name, at = _number(data, at, keep_marker=True)
        size, at = _number(data, at, keep_marker=False)
        if name is None or at >= end:
            return
        # Unknown sizes, as live recordings have them, reach to the end.
        stop = end if size is None else min(at + size, end)
        if name == wanted:
            yield at, stop
            if first:
                return
        at = stop


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """A variable-size integer and where it ends; None for one without a value."""
    if at >= len(data) or not data[at]:
        return None, at + 1
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length], "big")
    if not keep_marker:
        value &= (1 << 7 * length) - 1
        if value == (1 << 7 * length) - 1:
            return None, at + length
    return value, at + length
