"""The chunks, boxes, pages, segments and elements that a file is made of, as far as they add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

__all__ = ["parts_of"]

_MOST_PARTS = 500

Spans = Iterator[tuple[int, int]]


def parts_of(data: bytes) -> list[tuple[int, int]]:
    """Where each part begins and ends, in order and without a gap; the last one is what is left."""
    reader = next((each for begins, each in _READERS if begins in (data[:4], data[4:8])), None)
    if reader is None and data[:2] == b"\xff\xd8":
        reader = _jpeg
    spans: list[tuple[int, int]] = []
    for start, end in reader(data) if reader else iter(()):
        if end > len(data) or len(spans) >= _MOST_PARTS:
            break
        if not spans and start:
            spans.append((0, start))
        spans.append((start, end))
    last = spans[-1][1] if spans else 0
    if last < len(data):
        spans.append((last, len(data)))
    return spans


def _png(data: bytes) -> Spans:
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield at, end
        at = end


def _riff(data: bytes) -> Spans:
    order: Literal["big", "little"] = "big" if data[:4] in (b"FORM", b"RIFX") else "little"
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], order)
        yield at, at + 8 + size + (size & 1)
        at += 8 + size + (size & 1)


def _boxes(data: bytes) -> Spans:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big") or len(data) - at
        if size < 8:
            return
        yield at, at + size
        at += size


def _ogg(data: bytes) -> Spans:
    at = 0
    while (end := data.find(b"OggS", at + 4)) > 0:
        yield at, end
        at = end


def _flac(data: bytes) -> Spans:
    at = end = 4
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")
        yield at, end
        if data[at] & 0x80:
            break
        at = end
    at = end
    while (end := data.find(b"\xff\xf8", at + 2)) > 0:
        yield at, end
        at = end


def _jpeg(data: bytes) -> Spans:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield at, end
        at = end


def _caf(data: bytes) -> Spans:
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at + 4 : at + 12], "big")
        yield at, end
        at = end


def _ebml(data: bytes) -> Spans:
    at = 0
    while at < len(data) and data[at]:
        size_at = at + 9 - data[at].bit_length()
        if size_at >= len(data) or not data[size_at]:
            return
        length = 9 - data[size_at].bit_length()
        value = int.from_bytes(data[size_at : size_at + length], "big") & ((1 << 7 * length) - 1)
        end = size_at + length + value
        # A segment is gone into: its clusters are what there is to move about.
        if data[at:size_at] == b"\x18\x53\x80\x67":
            end = size_at + length
        yield at, end
        at = end


_READERS: tuple[tuple[bytes, Callable[[bytes], Spans]], ...] = (
    (b"\x89PNG", _png),
    (b"RIFF", _riff),
    (b"RIFX", _riff),
    (b"RF64", _riff),
    (b"FORM", _riff),
    (b"OggS", _ogg),
    (b"fLaC", _flac),
    (b"caff", _caf),
    (b"ftyp", _boxes),
    (b"\x1aE\xdf\xa3", _ebml),
)
