"""Channels, their mix, and offsets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import evidence, noise, recording, sine

from qcheck.probes.channels import measure_channels, measure_dc_offset
from qcheck.probes.voice import Mono


def pair(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack([left, right], axis=1)


WAVE = sine(200.0) + noise(1.0, -50.0)


def test_one_channel_is_what_it_is() -> None:
    channels = measure_channels(recording(WAVE))
    assert (channels.count, channels.dead, channels.inverted) == (1, (), False)


def test_a_dead_channel_is_named_and_left_out_of_the_mix() -> None:
    sound = evidence(pair(WAVE, np.zeros_like(WAVE)))
    assert measure_channels(recording(pair(WAVE, np.zeros_like(WAVE)))).dead == (2,)
    assert sound.get(Mono).samples == pytest.approx(WAVE - WAVE.mean(), abs=1e-6)


def test_crosstalk_does_not_bring_a_channel_to_life() -> None:
    assert measure_channels(recording(pair(WAVE, WAVE * 1e-4))).dead == (2,)


def test_an_offset_does_not_bring_a_channel_to_life() -> None:
    assert measure_channels(recording(pair(WAVE, np.full_like(WAVE, 0.1)))).dead == (2,)


@pytest.mark.parametrize("gain", [-1.0, -0.5])
def test_an_inverted_pair_is_found_and_its_first_channel_heard(gain: float) -> None:
    sound = pair(WAVE, gain * WAVE)
    channels = measure_channels(recording(sound))
    assert channels.inverted
    assert channels.correlation == pytest.approx(-1.0)
    assert evidence(sound).get(Mono).samples == pytest.approx(WAVE - WAVE.mean(), abs=1e-6)


@pytest.mark.parametrize("difference_db", [0.0, 3.0, 12.0])
def test_the_difference_of_levels_is_measured(difference_db: float) -> None:
    channels = measure_channels(recording(pair(WAVE, WAVE * 10 ** (-difference_db / 20))))
    assert channels.difference_db == pytest.approx(difference_db, abs=0.01)
    assert not channels.inverted


def test_wide_stereo_is_not_inverted() -> None:
    channels = measure_channels(recording(pair(noise(1.0, -20.0, 1), noise(1.0, -20.0, 2))))
    assert abs(channels.correlation) < 0.05
    assert not channels.inverted


def test_silence_has_no_dead_channel() -> None:
    assert measure_channels(recording(np.zeros((100, 2)))).dead == ()


@settings(max_examples=20, deadline=None)
@given(offset=st.floats(-0.5, 0.5), channel=st.integers(0, 1))
def test_the_offset_of_the_worse_channel_is_measured(offset: float, channel: int) -> None:
    sound = pair(WAVE, WAVE)
    sound[:, channel] += offset
    measured = measure_dc_offset(recording(sound)).offset_share
    assert measured == pytest.approx(max(abs(offset), abs(WAVE.mean())), abs=2e-4)
