"""WAV headers that are true, unfinished, streamed and lying."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pytest
import soundfile
from made_recordings import RATE_HZ, content, decoded, refusal, stored, tones

from qcheck.media.content import Recording
from qcheck.media.riff import NotWaveError, read_wave


def test_big_endian_wav_is_read() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, tones(), RATE_HZ, format="WAV", subtype="PCM_16", endian="BIG")
    assert buffer.getvalue()[:4] == b"RIFX"
    assert np.abs(content(buffer.getvalue()).samples - tones()).max() <= 2**-15


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_streamed_wav_with_unknown_sizes_is_read_to_its_end(size: int) -> None:
    data = bytearray(stored(tones(), "WAV", "PCM_16"))
    data[4:8] = data[40:44] = struct.pack("<I", size)
    assert content(bytes(data)).duration_s == 1.0


def test_a_wav_whose_header_was_never_finished_is_read_with_a_word() -> None:
    data = bytearray(stored(tones(), "WAV", "PCM_16"))
    data[4:8] = data[40:44] = bytes(4)
    decoding = decoded(bytes(data))
    assert decoding.fault is not None
    assert "never finished" in decoding.fault
    assert isinstance(decoding.content, Recording)
    assert decoding.content.duration_s == 1.0


def test_an_empty_wav_is_refused() -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as empty:
        empty.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
    assert "no sound" in refusal(buffer.getvalue())


def test_sub_formats_and_odd_chunks_are_looked_through() -> None:
    fmt = struct.pack("<HHIIHH", 0xFFFE, 1, 48_000, 96_000, 2, 16)
    fmt += struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)
    chunks = b"WAVE" + b"note" + struct.pack("<I", 3) + b"odd\0"
    chunks += b"fmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", 4) + b"\1\0\2\0"
    wave = read_wave(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)
    assert (wave.format_tag, wave.channels, wave.rate_hz) == (1, 1, 48_000)
    assert (wave.data, wave.fault) == (b"\1\0\2\0", None)
    # What is handed on says the same with true sizes, and nothing else.
    again = read_wave(wave.canonical)
    assert (again.data, again.canonical) == (wave.data, wave.canonical)
    assert b"note" not in wave.canonical


def test_without_a_format_there_is_no_sound() -> None:
    with pytest.raises(NotWaveError, match="how the sound is stored"):
        read_wave(b"RIFF\0\0\0\0WAVEdata" + struct.pack("<I", 4) + bytes(4))


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
def test_a_streamed_wav_that_breaks_off_within_a_sample_says_so(subtype: str) -> None:
    data = bytearray(stored(tones(), "WAV", subtype))
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff" * 4
    assert read_wave(bytes(data)).fault is None
    assert read_wave(bytes(data[:-1])).fault == "it breaks off in the middle of a sample"
    # A byte that makes a chunk of odd length even.
    assert read_wave(bytes(data) + b"\0").fault is None
