"""Recordings of every format, whole, cut, lying and hostile."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from made_recordings import RATE_HZ, coded, content, decoded, noise, stored, tones

from qcheck.media.content import Recording
from qcheck.media.decode import decode
from qcheck.media.file import File


def mp3_in_wave(coded_sound: bytes) -> bytes:
    fmt = struct.pack("<HHIIHHH", 0x55, 1, RATE_HZ, 16000, 1, 0, 12) + bytes(12)
    chunks = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", len(coded_sound)) + coded_sound
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def test_mp3_inside_a_wav_is_decoded_and_named() -> None:
    recording = content(mp3_in_wave(coded(tones(), "mp3", "libmp3lame")))
    assert (recording.container, recording.codec) == ("WAV", "MP3")


# --- cut and lying ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(stored(tones(), "WAV", "PCM_16"), id="WAV"),
        pytest.param(stored(tones(), "AIFF", "PCM_16"), id="AIFF"),
        pytest.param(stored(tones(5.0), "FLAC", "PCM_16"), id="FLAC"),
        pytest.param(coded(tones(), "mp3", "libmp3lame"), id="MP3"),
        pytest.param(coded(tones(5.0), "ogg", "libopus"), id="Opus"),
        pytest.param(stored(noise(5.0), "OGG", "VORBIS"), id="Vorbis"),
    ],
)
def test_a_file_cut_in_the_middle_gives_a_part_and_says_so(data: bytes) -> None:
    decoding = decoded(data[: len(data) * 6 // 10])
    assert decoding.fault
    assert isinstance(decoding.content, Recording)
    assert 0.2 < decoding.content.duration_s < 4.5


def test_samples_that_are_no_numbers_become_silence_and_are_counted() -> None:
    samples = tones()
    samples[10], samples[20], samples[30] = np.nan, np.inf, 1e30
    decoding = decoded(stored(samples, "WAV", "FLOAT"))
    assert decoding.fault is not None
    assert decoding.fault.startswith("3 of its 48000 samples are not numbers")
    assert isinstance(decoding.content, Recording)
    assert np.isfinite(decoding.content.samples).all()
    assert decoding.content.samples[[10, 20, 30]].max() == 0.0


def test_every_recording_of_the_corpus_decodes_whole(corpus: object) -> None:
    import csv
    from pathlib import Path

    folder = Path(str(corpus)) / "voices"
    with (folder / "labels.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["duration"]][::6]
    for row in rows:
        recording = content((folder / row["file"]).read_bytes())
        assert recording.duration_s == pytest.approx(float(row["duration"]), abs=0.08), row["file"]
        assert recording.channels == int(row["channels"])


@pytest.mark.parametrize("kind", ["IMA_ADPCM", "MS_ADPCM", "GSM610", "PCM_16", "ULAW"])
def test_a_wav_that_breaks_off_says_so_whatever_is_in_it(kind: str) -> None:
    data = stored(tones(2.0, rate_hz=8000), "WAV", kind, 8000)
    assert decoded(data).fault is None
    fault = decoded(data[: len(data) * 2 // 3]).fault
    assert fault is not None
    assert "it breaks off" in fault


def test_mp3_inside_a_wav_that_breaks_off_between_two_frames_says_so() -> None:
    mp3 = coded(tones(2.0), "mp3", "libmp3lame", 128)
    frame_bytes = 384
    # Without the index, which counts them too.
    frames = mp3[mp3.index(b"\xff\xfb") + frame_bytes :]
    data = mp3_in_wave(frames)
    assert decoded(data).fault is None
    fault = decoded(data[: -20 * frame_bytes]).fault
    assert fault is not None
    assert "of its sound is there" in fault


def test_coded_sound_that_is_decoded_far_above_full_scale_is_damaged() -> None:
    """AAC has no checksum: a wrong scale factor is as good as the right one to its decoder."""
    data = coded(tones(1.0), "ipod", "aac")
    begins, chance, loud = data.index(b"mdat") + 4, random.Random(1), 0
    for _ in range(200):
        damaged = bytearray(data)
        damaged[chance.randrange(begins, len(data))] ^= 1 << chance.randrange(8)
        decoding = decode(File("a.m4a", bytes(damaged)))
        if isinstance(decoding.content, Recording) and np.abs(decoding.content.samples).max() > 100:
            loud += 1
            assert decoding.fault is not None
    assert loud


def test_floats_that_are_stored_louder_are_no_damage() -> None:
    samples = tones(1.0) * 32_768
    assert decoded(stored(samples, "WAV", "FLOAT")).fault is None
