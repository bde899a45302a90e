"""What is done to a file: bits, lengths, parts, ends. The same seed does the same."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tools.attack.parts import parts_of

__all__ = ["MUTATIONS", "Mutated", "mutated"]

# What a length is set to: nothing, one, the edges of signed and unsigned numbers.
_NUMBERS = (0, 1, 2, 3, 4, 7, 8, 15, 16, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 65500)
_LARGE = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_WIDTHS = ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))
_HEADER_BYTES = 160


@dataclass(frozen=True)
class Mutated:
    """A file, and what was done to it."""

    data: bytes
    how: str
    first_changed: int
    """From which byte on it is no longer the original."""
    last_changed: int | None
    """Behind which byte it is again; None where its length changed."""
    consistent: bool = False
    """Whether checksums and lengths were made to fit what was changed: nothing is left to prove."""


def mutated(chance: random.Random, data: bytes, other: bytes) -> Mutated:
    """``data`` with one thing done to it, or a few."""
    names: list[str] = []
    times = 1 if chance.random() < 0.7 else chance.randrange(2, 5)
    consistent, result = False, data
    for _ in range(times):
        name = chance.choice(_NAMES)
        if len(result) < 2:
            break
        result = MUTATIONS[name](chance, result, other)
        names.append(name)
        consistent = consistent or name in _CONSISTENT
    first = _first_difference(data, result)
    last = None
    if len(result) == len(data):
        last = len(data) - _first_difference(data[::-1], result[::-1])
    return Mutated(result, "+".join(names), first, last, consistent)


def _first_difference(one: bytes, other: bytes) -> int:
    if other.startswith(one) or one.startswith(other):
        return min(len(one), len(other))
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high) // 2
        if one[: middle + 1] == other[: middle + 1]:
            low = middle + 1
        else:
            high = middle
    return low


def _flip_bits(chance: random.Random, data: bytes, _: bytes) -> bytes:
    copy = bytearray(data)
    for _unused in range(chance.choice((1, 1, 1, 2, 8, 64))):
        copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
    return bytes(copy)


def _flip_header_bits(chance: random.Random, data: bytes, _: bytes) -> bytes:
    copy = bytearray(data)
    for _unused in range(chance.choice((1, 1, 2, 4))):
        copy[chance.randrange(min(len(copy), _HEADER_BYTES))] ^= 1 << chance.randrange(8)
    return bytes(copy)


def _set_bytes(chance: random.Random, data: bytes, _: bytes) -> bytes:
    copy = bytearray(data)
    for _unused in range(chance.randrange(1, 9)):
        copy[chance.randrange(len(copy))] = chance.choice(
            (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
        )
    return bytes(copy)


def _span(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data))
    longest = len(data) - start
    return start, start + min(longest, 1 + int(longest * chance.random() ** 3))


def _zero_span(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def _noise_span(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:start] + chance.randbytes(end - start) + data[end:]


def _remove_span(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def _repeat_span(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 5)) + data[end:]


def _swap_spans(chance: random.Random, data: bytes, _: bytes) -> bytes:
    cuts = sorted(chance.randrange(len(data) + 1) for _unused in range(4))
    a, b, c, d = cuts
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _truncate(chance: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: chance.randrange(1, len(data))]


def _cut_end(chance: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: -chance.randrange(1, min(len(data), 64))]


def _random_tail(chance: random.Random, data: bytes, _: bytes) -> bytes:
    start = chance.randrange(min(16, len(data)), len(data) + 1)
    return data[:start] + chance.randbytes(len(data) - start)


def _append(chance: random.Random, data: bytes, other: bytes) -> bytes:
    junk = (chance.randbytes(chance.randrange(1, 2000)), data, other, bytes(1000))
    return data + chance.choice(junk)


def _splice(chance: random.Random, data: bytes, other: bytes) -> bytes:
    if not other:
        return data
    at = chance.randrange(len(data))
    from_ = at if chance.random() < 0.5 and at < len(other) else chance.randrange(len(other))
    return data[:at] + other[from_:]


def _set_number(chance: random.Random, data: bytes, _: bytes) -> bytes:
    """A number of one to eight bytes, mostly in the header, at an edge or one off."""
    width, kind = chance.choice(_WIDTHS)
    if len(data) <= width:
        return data
    within = min(len(data) - width, _HEADER_BYTES) if chance.random() < 0.7 else len(data) - width
    at = chance.randrange(within)
    order = chance.choice("<>")
    (value,) = struct.unpack_from(order + kind, data, at)
    fits = [n for n in (*_NUMBERS, *_LARGE) if n < 1 << 8 * width]
    wanted = chance.choice((value + 1, value - 1, value * 2, value // 2, *chance.sample(fits, 4)))
    number = struct.pack(order + kind, wanted % (1 << 8 * width))
    return data[:at] + number + data[at + width :]


def _change_parts(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """Remove, repeat, swap or borrow whole chunks, boxes, pages or elements."""
    parts = [data[start:end] for start, end in parts_of(data)]
    if len(parts) < 2:
        return _remove_span(chance, data, other)
    one, two = chance.randrange(len(parts)), chance.randrange(len(parts))
    action = chance.randrange(5)
    if action == 0:
        del parts[one]
    elif action == 1:
        parts.insert(two, parts[one])
    elif action == 2:
        parts[one], parts[two] = parts[two], parts[one]
    elif action == 3:
        foreign = [other[start:end] for start, end in parts_of(other)]
        parts[one] = chance.choice(foreign) if foreign else b""
    else:
        parts = parts[: one + 1]
    return b"".join(parts)


def _refit_png(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A changed chunk of a PNG with a checksum that fits: what is behind the first defence."""
    if not data.startswith(b"\x89PNG"):
        return _set_number(chance, data, other)
    parts = parts_of(data)
    chosen = [each for each in parts if each[1] - each[0] > 12]
    if not chosen:
        return data
    start, end = chance.choice(chosen)
    body = _flip_bits(chance, data[start + 8 : end - 4], b"")
    if data[start + 4 : start + 8] == b"IHDR":
        sides = (
            chance.choice((1, 2, 17, 1000, 30_000, 65_535, 0x7FFFFFFF)),
            chance.randrange(1, 9999),
        )
        body = struct.pack(">II", *chance.sample(sides, 2)) + body[8:]
    named = data[start + 4 : start + 8] + body
    chunk = struct.pack(">I", len(body)) + named + struct.pack(">I", zlib.crc32(named))
    return data[:start] + chunk + data[end:]


def _refit_ogg(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A changed page of an Ogg file with a checksum that fits."""
    from fastcrc import crc32

    if not data.startswith(b"OggS"):
        return _flip_header_bits(chance, data, other)
    start, end = chance.choice(parts_of(data) or [(0, len(data))])
    page = bytearray(data[start:end])
    if len(page) < 32:
        return data
    for _unused in range(chance.choice((1, 2, 8))):
        page[chance.randrange(26, len(page))] ^= 1 << chance.randrange(8)
    page[22:26] = bytes(4)
    # RFC 3533 6: POSIX cksum's polynomial without its last step, which turns every bit.
    page[22:26] = struct.pack("<I", crc32.cksum(bytes(page)) ^ 0xFFFFFFFF)
    return data[:start] + bytes(page) + data[end:]


MUTATIONS: dict[str, Callable[[random.Random, bytes, bytes], bytes]] = {
    "bits": _flip_bits,
    "header bits": _flip_header_bits,
    "bytes": _set_bytes,
    "zeros": _zero_span,
    "noise": _noise_span,
    "removed": _remove_span,
    "repeated": _repeat_span,
    "swapped": _swap_spans,
    "truncated": _truncate,
    "end cut": _cut_end,
    "random tail": _random_tail,
    "appended": _append,
    "spliced": _splice,
    "number": _set_number,
    "parts": _change_parts,
    "PNG refitted": _refit_png,
    "Ogg refitted": _refit_ogg,
}
"""By name: each takes a source of chance, the file, and another file to borrow from."""

_NAMES = tuple(MUTATIONS)
_CONSISTENT = frozenset(("PNG refitted", "Ogg refitted", "parts", "spliced", "appended"))
