"""The level of a recording, 10 ms by 10 ms."""

from __future__ import annotations

import numpy as np
import pytest
from sounds import RATE_HZ, evidence, noise, sine

from qcheck.probes.voice import Levels


@pytest.mark.parametrize("rate_hz", [11_025, 16_000, 22_050, 44_100, 48_000])
def test_levels_are_mean_squares_of_ten_milliseconds(rate_hz: int) -> None:
    levels = evidence(sine(1000.0, 2.0, -20.0, rate_hz), rate_hz).get(Levels)
    assert len(levels.power) == 200
    assert 10 * np.log10(levels.power[1:-1]) == pytest.approx(-23.01, abs=0.2)


def test_levels_agree_with_librosa() -> None:
    librosa = pytest.importorskip("librosa")
    sound = noise(1.0, -20.0)
    authority = librosa.feature.rms(
        y=sound - sound.mean(), frame_length=480, hop_length=480, center=False
    )[0]
    levels = evidence(sound).get(Levels)
    assert np.sqrt(levels.power) == pytest.approx(authority, rel=1e-4)


def test_frames_of_digital_silence_are_marked() -> None:
    sound = np.concatenate([noise(0.5, -20.0), np.zeros(RATE_HZ // 2)])
    assert evidence(sound).get(Levels).empty.tolist() == [False] * 50 + [True] * 50


@pytest.mark.parametrize("block_cells", [1, 7, 50, 51])
def test_levels_are_the_same_however_large_the_blocks(
    monkeypatch: pytest.MonkeyPatch, block_cells: int
) -> None:
    sound = noise(0.5, -20.0, rate_hz=44_100)
    whole = evidence(sound, 44_100).get(Levels)
    monkeypatch.setattr("qcheck.probes.levels._BLOCK_CELLS", block_cells)
    assert (evidence(sound, 44_100).get(Levels).power == whole.power).all()
