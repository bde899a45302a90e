"""Recordings written as WAV or MP3."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from repairs import checked, found, mended, wav

from qcheck.engine.options import Options
from qcheck.fixes.voice.encode import _rounded
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import TruePeak


def test_a_poor_mp3_is_no_better_as_a_wav(fixtures: Path, tmp_path: Path) -> None:
    path = fixtures / "defects" / "voice-format.mp3"
    after, made = mended(path, loudness_lufs=-26.0)
    assert made.format == "WAV"
    assert "voice-format" in found(after)
    finding = next(f for f in after.findings if f.rule == "voice-format")
    assert "no longer shows it" in finding.judgement.message


def test_a_format_that_few_take_becomes_wav(tmp_path: Path, voice: NDArray[np.int16]) -> None:
    path = tmp_path / "voice.flac"
    soundfile.write(path, voice, 48_000)
    after, made = mended(path)
    assert "voice-format" not in found(after)
    assert np.array_equal(soundfile.read(io.BytesIO(made.data), dtype="int16")[0], voice)


def test_mp3_is_written_where_it_is_asked_for_and_keeps_under_the_peak_limit(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    samples = voice / np.abs(voice).max() * 10 ** (-1.3 / 20)
    path = wav(tmp_path / "voice.wav", samples, subtype="PCM_24")
    after, made = mended(path, mp3=True)
    evidence = Evidence(File("voice.mp3", made.data))
    recording = evidence.get(Recording)
    assert (made.format, recording.codec) == ("MP3", "MP3")
    assert recording.bit_rate_kbps is not None
    assert recording.bit_rate_kbps >= 128
    assert evidence.get(TruePeak).peak_dbtp <= -1
    assert recording.frames == pytest.approx(len(samples), abs=48)
    assert found(after) == set()


def test_a_recording_over_the_limit_of_bytes_becomes_mp3(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    (tmp_path / "qcheck.toml").write_text("[limits.file-limits]\nvoice-max-bytes = 300_000\n")
    path = wav(tmp_path / "voice.wav", voice)
    options = Options(config=tmp_path / "qcheck.toml")
    assert "file-limits" in found(checked(path, options))
    after, made = mended(path, options)
    assert (made.format, found(after)) == ("MP3", set())
    assert len(made.data) <= 300_000


def test_beyond_full_scale_is_turned_down_and_not_cut_off(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    samples = voice / np.abs(voice).max() * 1.5
    options = Options(isolated=True, select=("voice-format",))
    path = wav(tmp_path / "hot.wav", samples, subtype="FLOAT")
    _, made = mended(path, options, bits=16)
    kept, _ = soundfile.read(io.BytesIO(made.data))
    assert np.abs(kept - samples / 1.5).max() < 2e-4


@settings(max_examples=40)
@given(st.integers(1, 2**31), st.sampled_from([16, 24]))
def test_rounding_is_right_on_average_and_leaves_whole_steps_and_zeros(
    seed: int, bits: int
) -> None:
    rng = np.random.default_rng(seed)
    exact = rng.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 500) / 2 ** (bits - 1)
    whole = exact.astype(np.float32)[:, None]
    assert np.array_equal(_rounded(whole, bits), whole.astype(np.float64) * 2 ** (bits - 1))
    between = np.full((20_000, 1), 0.25 / 2 ** (bits - 1), np.float32)
    between[::2] = 0
    rounded = _rounded(between, bits)
    assert not rounded[::2].any()
    assert rounded[1::2].mean() == pytest.approx(0.25, abs=0.05)
