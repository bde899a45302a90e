"""Where the room is heard, and what of it is hum or rumble."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE_HZ, evidence, noise, sine, voice

from qcheck.probes.helpers.room_noise import (
    above_rumble,
    between_words,
    cells_of_frames,
    noise_bands,
    quietest_frames,
    room_cells,
    under_hum,
    usual,
    without_hum,
)
from qcheck.probes.voice import Hum, Levels, Spectrogram, Speech, VoiceActivity


def test_words_and_a_moment_around_them_are_not_between_words(fixtures: Path) -> None:
    heard = evidence(voice(fixtures))
    speech, levels = heard.get(Speech), heard.get(Levels)
    between = between_words(levels, heard.get(VoiceActivity), speech)
    for span in speech.spans:
        assert not between[int(span.start_s * 100) - 9 : int(span.end_s * 100) + 19].any()
    assert between.any()


def test_the_room_is_not_heard_beside_digital_silence() -> None:
    empty = np.zeros(500, bool)
    empty[200:300] = True
    room = room_cells(Levels(np.where(empty, 0.0, 1e-6), empty), np.ones(500, bool))
    assert np.flatnonzero(room).tolist() == [*range(150), *range(350, 500)]


def test_a_single_cell_of_zeros_is_no_gate() -> None:
    empty = np.zeros(500, bool)
    empty[200] = True
    room = room_cells(Levels(np.where(empty, 0.0, 1e-6), empty), np.ones(500, bool))
    assert np.count_nonzero(~room) == 1


def test_frames_that_stand_out_are_not_usual() -> None:
    power = np.ones(40)
    power[7] = 11.0
    assert np.flatnonzero(~usual(power)).tolist() == [7]


def test_the_quietest_frames_are_chosen_by_what_is_weighted() -> None:
    deep = sine(40.0, 4.0, -20.0)
    deep[: 2 * RATE_HZ] *= 0.01
    sound = deep + np.concatenate([noise(2.0, -40.0), noise(2.0, -70.0)])
    heard = evidence(sound)
    spectrogram, levels = heard.get(Spectrogram), heard.get(Levels)
    audible = quietest_frames(levels, spectrogram, above_rumble(spectrogram))
    assert spectrogram.middles_s[audible].min() > 2.0
    everything = quietest_frames(levels, spectrogram, np.ones(len(spectrogram.edges_hz) - 1))
    assert spectrogram.middles_s[everything].max() < 2.0


def test_bands_of_noise_add_up_to_its_level() -> None:
    heard = evidence(noise(4.0, -40.0))
    levels, spectrogram = heard.get(Levels), heard.get(Spectrogram)
    bands = noise_bands(levels, np.ones(len(levels.power), bool), spectrogram)
    assert 10 * np.log10(bands.sum()) == pytest.approx(-40.0, abs=0.3)
    assert cells_of_frames(levels, spectrogram)[0] == 2


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_noise_under_a_hum_is_taken_from_above_it(mains_hz: float) -> None:
    hum = sum(sine(k * mains_hz, 4.0, -30.0 - 3 * k) for k in range(1, 7))
    heard = evidence(noise(4.0, -50.0) + hum)
    levels, spectrogram = heard.get(Levels), heard.get(Spectrogram)
    bands = noise_bands(levels, np.ones(len(levels.power), bool), spectrogram)
    found = Hum(-32.0, mains_hz, True, 4.0)
    covered = under_hum(found, bands, spectrogram)
    assert spectrogram.edges_hz[1:][covered].max() > 6 * mains_hz
    rest = without_hum(covered, bands, spectrogram)
    assert 10 * np.log10(rest.sum()) == pytest.approx(-50.0, abs=0.7)
    assert not under_hum(replace(found, level_dbfs=-120.0), bands, spectrogram).any()
