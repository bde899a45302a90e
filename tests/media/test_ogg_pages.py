"""Pages of Ogg: every bit is under a checksum, and FFmpeg says nothing of a page that it drops."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
import soundfile

from qcheck.media.decode import decode
from qcheck.media.file import File
from qcheck.media.ogg_pages import scan_pages


def vorbis(seconds: float = 2.0) -> bytes:
    noise = np.random.default_rng(1).normal(0, 0.1, round(seconds * 48_000))
    buffer = io.BytesIO()
    soundfile.write(buffer, noise.astype(np.float32), 48_000, format="OGG", subtype="VORBIS")
    return buffer.getvalue()


WHOLE = vorbis()


def page_starts(data: bytes) -> list[int]:
    starts, at = [], data.find(b"OggS")
    while at >= 0:
        starts.append(at)
        at = data.find(b"OggS", at + 1)
    return starts


def test_a_whole_file_has_whole_pages() -> None:
    scan = scan_pages(WHOLE)
    assert scan.pages == len(page_starts(WHOLE)) > 3
    assert (scan.damaged, scan.streams_at, scan.ends) == (0, (0,), True)


def test_no_flipped_bit_goes_unnoticed() -> None:
    chance = random.Random(2)
    for _ in range(100):
        data = bytearray(WHOLE)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        scan = scan_pages(bytes(data))
        assert scan.damaged or not scan.ends
        assert decode(File("voice.ogg", bytes(data), role="voice")).fault


def test_a_page_that_is_missing_is_counted() -> None:
    starts = page_starts(WHOLE)
    without = WHOLE[: starts[3]] + WHOLE[starts[4] :]
    assert scan_pages(without).damaged == 1
    fault = decode(File("voice.ogg", without)).fault
    assert fault is not None
    assert "one is damaged or missing" in fault


@pytest.mark.parametrize("lost", [1, 100, 5000])
def test_a_cut_end_is_none(lost: int) -> None:
    assert not scan_pages(WHOLE[:-lost]).ends


def test_streams_one_after_the_other_are_told_apart() -> None:
    assert scan_pages(WHOLE + vorbis(1.0)).streams_at == (0, len(WHOLE))


@pytest.mark.parametrize("data", [b"", b"OggS", b"OggS" + bytes(22), b"OggS" * 100, b"no pages"])
def test_what_has_no_pages_ends_nowhere(data: bytes) -> None:
    assert not scan_pages(data).ends
