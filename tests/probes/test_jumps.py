"""Jumps and fades of the level that were put into a take."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sounds import evidence, noise, voice

from qcheck.probes.voice import LevelFade, LevelJump, Speech

RATE_HZ = 48_000


def take(fixtures: Path) -> NDArray[np.floating]:
    speech = voice(fixtures)
    return speech + noise(len(speech) / RATE_HZ, -55.0)


def quarter(fixtures: Path) -> int:
    """A place in a pause after some seconds of speech."""
    spans = evidence(take(fixtures)).get(Speech).spans
    at_s = max((a.end_s + b.start_s) / 2 for a, b in pairwise(spans) if a.end_s < 6.0)
    return int(at_s * RATE_HZ)


@pytest.mark.parametrize("gain_db", [6.0, -6.0, 9.0])
def test_a_jump_of_voice_and_noise_is_found_where_it_is(fixtures: Path, gain_db: float) -> None:
    sound = take(fixtures)
    at = quarter(fixtures)
    joined = sound.copy()
    joined[at:] *= 10 ** (gain_db / 20)
    jump = evidence(joined).get(LevelJump)
    assert evidence(sound).get(LevelJump).odds < 0 < jump.odds
    assert jump.at is not None
    assert jump.at.start_s - 0.2 <= at / RATE_HZ <= jump.at.end_s + 0.2
    assert jump.size_db == pytest.approx(gain_db, abs=2.0)


@pytest.mark.parametrize("by_db", [10.0, -10.0])
def test_a_fade_is_found_in_a_whole_take_and_in_5_s(fixtures: Path, by_db: float) -> None:
    whole = take(fixtures)
    for sound in (whole, whole[: 6 * RATE_HZ]):
        faded = sound * 10 ** (np.linspace(0, by_db, len(sound)) / 20)
        fade = evidence(faded).get(LevelFade)
        assert evidence(sound).get(LevelFade).odds < 0 < fade.odds
        assert fade.size_db == pytest.approx(by_db, abs=3.0)


def test_a_change_does_not_depend_on_the_level_of_the_take(fixtures: Path) -> None:
    joined = take(fixtures)
    joined[len(joined) // 2 :] *= 0.5
    louder, quieter = (evidence(gain * joined).get(LevelJump) for gain in (1.0, 0.5))
    assert louder.odds == pytest.approx(quieter.odds, abs=0.5)
    assert louder.size_db == quieter.size_db


def test_a_louder_voice_before_the_same_noise_is_likelier_no_jump(fixtures: Path) -> None:
    """A gain moves the noise as well: without it there is less reason to believe in one."""
    speech = voice(fixtures)
    gain = np.where(np.arange(len(speech)) < quarter(fixtures), 1.0, 0.5)
    room = noise(len(speech) / RATE_HZ, -50.0)
    joined = evidence(gain * (speech + room)).get(LevelJump)
    louder_voice = evidence(gain * speech + room).get(LevelJump)
    assert joined.odds > louder_voice.odds + 1.0


def test_bands_above_a_telephones_change_nothing(fixtures: Path) -> None:
    joined = take(fixtures)
    joined[quarter(fixtures) :] *= 0.5
    spectrum = np.fft.rfft(joined)
    spectrum[np.fft.rfftfreq(len(joined), 1 / RATE_HZ) > 3400] = 0
    jump = evidence(np.fft.irfft(spectrum, len(joined))).get(LevelJump)
    assert jump.odds > 0
    assert jump.size_db == pytest.approx(-6.0, abs=2.0)


def test_scraps_have_neither(fixtures: Path) -> None:
    scrap = evidence(voice(fixtures)[: 2 * RATE_HZ])
    assert scrap.get(LevelJump).at is None
    assert scrap.get(LevelJump).odds == scrap.get(LevelFade).odds == -10.0


def test_digital_silence_between_words_is_not_alike(fixtures: Path) -> None:
    """A gated take: zeros, which have no level, say nothing of a gain."""
    speech = voice(fixtures)
    gated = np.where(np.abs(speech) > 0.004, speech, 0.0)
    assert evidence(gated).get(LevelJump).odds < 0
    gated[quarter(fixtures) :] *= 2
    assert evidence(gated).get(LevelJump).odds > 0
