"""Channels that hold no voice, or one upside down."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from repairs import found, mended, wav


@pytest.mark.parametrize("live", [0, 1])
def test_the_live_channel_is_kept_sample_for_sample(
    tmp_path: Path, voice: NDArray[np.int16], live: int
) -> None:
    pair = np.zeros((len(voice), 2), np.int16)
    pair[:, live] = voice
    after, made = mended(wav(tmp_path / "dead.wav", pair))
    assert "channels" not in found(after)
    alone, _ = soundfile.read(io.BytesIO(made.data), dtype="int16", always_2d=True)
    assert np.array_equal(alone, voice[:, None])


def test_an_inverted_channel_is_flipped_and_the_other_left_alone(
    tmp_path: Path, voice: NDArray[np.int16]
) -> None:
    second = np.roll(voice, 3)
    path = wav(tmp_path / "inverted.wav", np.stack([voice, -second], axis=1))
    after, made = mended(path)
    assert "channels" not in found(after)
    pair, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert np.array_equal(pair, np.stack([voice, second], axis=1))


def test_a_much_quieter_channel_is_left_out(tmp_path: Path, voice: NDArray[np.int16]) -> None:
    path = wav(tmp_path / "quiet.wav", np.stack([voice // 8, voice], axis=1))
    _, made = mended(path)
    alone, _ = soundfile.read(io.BytesIO(made.data), dtype="int16", always_2d=True)
    assert np.array_equal(alone, voice[:, None])


def test_five_channels_become_one(tmp_path: Path, voice: NDArray[np.int16]) -> None:
    after, made = mended(wav(tmp_path / "five.wav", np.stack([voice] * 5, axis=1)))
    assert "channels" not in found(after)
    alone, _ = soundfile.read(io.BytesIO(made.data), dtype="int16", always_2d=True)
    assert np.array_equal(alone, voice[:, None])
