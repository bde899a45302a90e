"""Silence cut off before the first and after the last word."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from repairs import found, mended, wav

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Speech


def test_only_trimmed_samples_are_the_originals_bit_for_bit(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    quiet = np.round(np.random.default_rng(2).normal(0, 3, 3 * 48_000)).astype(np.int16)
    long = np.concatenate([quiet, voice, quiet])
    spoken = Evidence(File("v", wav(tmp_path / "v.wav", voice).read_bytes())).get(Speech).spans[0]
    after, made = mended(wav(tmp_path / "long.wav", long))
    assert "edge-silence" not in found(after)
    cut, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert soundfile.info(io.BytesIO(made.data)).subtype == "PCM_16"
    fade = 480
    inner = cut[fade:-fade]
    start = next(
        at
        for at in range(len(long) - len(cut))
        if np.array_equal(long[at + fade : at + fade + 50], inner[:50])
    )
    assert np.array_equal(long[start + fade : start + len(cut) - fade], inner)
    assert abs(int(cut[0])) <= 1
    # Every word is there.
    assert start < 3 * 48_000 + round(spoken.start_s * 48_000)
    assert start + len(cut) > 3 * 48_000 + len(voice) - 48_000


def test_loud_sound_that_is_no_speech_is_not_cut_off(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    laugh = (np.random.default_rng(3).normal(0, 3000, 24_000)).astype(np.int16)
    quiet = np.zeros(72_000, np.int16)
    path = wav(tmp_path / "laugh.wav", np.concatenate([laugh, quiet, voice, quiet]))
    _, made = mended(path)
    cut, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert np.array_equal(cut[:24_000], laugh)
