"""What a picture's own checksums prove is never lost on the way to the report."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from qcheck.media.content import Decoding, Picture
from qcheck.media.decode import decode
from qcheck.media.file import File
from qcheck.media.picture_faults import png_damage


def noise(height: int = 96) -> Image.Image:
    """What does not compress: a byte of the file is a byte of the picture."""
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (height, 64, 3), np.uint8))


def encoded(fmt: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    noise().save(buffer, fmt, **options)
    return buffer.getvalue()


def decoding(data: bytes) -> Decoding:
    return decode(File("portrait", data))


def flips(data: bytes, start: int, count: int) -> list[bytes]:
    chance = random.Random(7)
    damaged = []
    for _ in range(count):
        changed = bytearray(data)
        changed[chance.randrange(start, len(data))] ^= 1 << chance.randrange(8)
        damaged.append(bytes(changed))
    return damaged


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(pixels: bytes, pieces: int = 20, *, end: bool = True) -> bytes:
    """64 x 96 px in so many chunks."""
    size = -(-len(pixels) // pieces)
    header = struct.pack(">IIBBBBB", 64, 96, 8, 2, 0, 0, 0)
    parts = [chunk(b"IDAT", pixels[at : at + size]) for at in range(0, len(pixels), size)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), *parts, chunk(b"IEND", b"") if end else b""]
    )


def rows() -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in np.asarray(noise()))


def test_no_flipped_bit_in_the_pixels_of_a_png_goes_unnoticed() -> None:
    data = encoded("PNG")
    for damaged in flips(data, data.index(b"IDAT"), 100):
        assert decoding(damaged).fault


def test_no_flipped_bit_in_the_pixels_of_a_deflated_tiff_goes_unnoticed() -> None:
    data = encoded("TIFF", compression="tiff_adobe_deflate")
    with Image.open(io.BytesIO(data)) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        strips = list(zip(tags[273], tags[279], strict=True))
    for offset, size in strips:
        for damaged in flips(data[: offset + size], offset, 20):
            assert decoding(damaged + data[offset + size :]).fault


def test_a_png_says_how_much_of_it_is_sure() -> None:
    data = bytearray(png(zlib.compress(rows())))
    data[len(data) // 2] ^= 1
    found = decoding(bytes(data))
    assert found.fault is not None
    assert "the checksum of its pixels is wrong after 45 % of them" in found.fault
    assert found.content is None


def test_a_png_with_nearly_all_of_its_rows_is_measured_all_the_same() -> None:
    data = bytearray(png(zlib.compress(rows())))
    data[-40] ^= 1
    found = decoding(bytes(data))
    assert found.fault is not None
    assert "wrong after 95 %" in found.fault
    assert isinstance(found.content, Picture)
    assert (found.content.bgr[:90, :, ::-1] == np.asarray(noise())[:90]).all()


def test_a_fault_that_only_the_decoder_sees_is_reported() -> None:
    """Every chunk's checksum is right, and what is inside of them is not."""
    stream = bytearray(zlib.compress(rows(), 9))
    stream[len(stream) // 2 : len(stream) // 2 + 200] = bytes(200)
    assert png_damage(png(bytes(stream))) is None
    assert decoding(png(bytes(stream))).fault


@pytest.mark.parametrize(
    "cut",
    [
        lambda data: data[:-12],
        lambda data: data[:-6],
        lambda data: data[: len(data) // 2] + bytes(len(data) // 2),
    ],
    ids=["no end", "half an end", "zeros"],
)
def test_a_png_without_its_end_is_reported(cut: Callable[[bytes], bytes]) -> None:
    assert decoding(cut(encoded("PNG"))).fault


def test_damage_outside_the_pixels_is_reported_and_the_picture_measured() -> None:
    info = chunk(b"tEXt", b"Comment\0good")
    data = encoded("PNG")
    at = data.index(b"IDAT") - 4
    found = decoding(data[:at] + info.replace(b"good", b"gone") + data[at:])
    assert found.fault is not None
    assert "tEXt" in found.fault
    assert isinstance(found.content, Picture)


def test_bytes_behind_the_end_of_a_png_are_not_its_own() -> None:
    assert decoding(encoded("PNG") + b"anything").fault is None


def test_a_header_that_claims_the_earth_inflates_no_more_than_there_is() -> None:
    data = bytearray(png(zlib.compress(rows())))
    data[16:24] = b"\x7f\xff\xff\xff" * 2
    damage = png_damage(bytes(data))
    assert damage is not None
    assert damage.sound_share == 0


@pytest.mark.parametrize("size", [8, 12, 20, 30, 33])
def test_a_header_alone_has_lost_its_end(size: int) -> None:
    damage = png_damage(encoded("PNG")[:size])
    assert damage is not None
    assert (damage.clause, damage.sound_share) == ("its end is missing", 0.0)
