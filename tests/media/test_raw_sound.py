"""What no recording may be."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from made_recordings import coded, content, refusal, stored, tones

from qcheck.core.bounds import Bounds
from qcheck.media.content import Recording
from qcheck.media.decode import decode
from qcheck.media.file import File


@pytest.mark.parametrize("rate_hz", [0, 1, 1_000_000_000])
def test_absurd_rates_are_refused(rate_hz: int) -> None:
    data = bytearray(stored(tones(), "WAV", "PCM_16"))
    data[24:28] = struct.pack("<I", rate_hz)
    assert f"{rate_hz} Hz" in refusal(bytes(data))


def test_255_channels_are_read_and_256_refused() -> None:
    samples = np.zeros((100, 255), np.float32)
    assert content(stored(samples, "WAV", "PCM_16")).channels == 255
    data = bytearray(stored(samples, "WAV", "PCM_16"))
    at = data.index(b"fmt ") + 10
    data[at : at + 2] = struct.pack("<H", 256)
    assert "256 channels" in refusal(bytes(data))


def test_what_is_far_too_long_is_read_in_part() -> None:
    for data in (stored(tones(), "FLAC", "PCM_16"), coded(tones(), "ogg", "libopus")):
        decoding = decode(File("long", data, bounds=Bounds(recording_s=0.25)))
        assert isinstance(decoding.content, Recording)
        assert 12_000 <= decoding.content.frames < 24_000
        assert decoding.fault is not None
        assert "far longer than any clip" in decoding.fault
