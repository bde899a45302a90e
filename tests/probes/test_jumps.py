"""Jumps of the level that were put into a take."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sounds import evidence, noise, voice

from qcheck.probes.voice import LevelJump, Speech

RATE_HZ = 48_000


@pytest.mark.parametrize("gain_db", [6.0, -6.0, 8.0])
def test_a_jump_of_voice_and_noise_is_found_where_it_is(fixtures: Path, gain_db: float) -> None:
    take = voice(fixtures) + noise(len(voice(fixtures)) / RATE_HZ, -55.0)
    sound = evidence(take).get(LevelJump)
    spans = evidence(take).get(Speech).spans
    at_s = max((a.end_s + b.start_s) / 2 for a, b in pairwise(spans) if a.end_s < 6.0)
    joined = take.copy()
    joined[int(at_s * RATE_HZ) :] *= 10 ** (gain_db / 20)
    jumping = evidence(joined).get(LevelJump)
    assert sound.odds < 3.7 < jumping.odds
    assert jumping.at is not None
    assert jumping.at.start_s == pytest.approx(at_s, abs=1.0)
    assert jumping.size_db == pytest.approx(abs(gain_db), abs=3.0)


def test_a_jump_does_not_depend_on_the_level_of_the_take(fixtures: Path) -> None:
    take = voice(fixtures) + noise(len(voice(fixtures)) / RATE_HZ, -55.0)
    take[len(take) // 2 :] *= 0.5
    louder, quieter = (evidence(gain * take).get(LevelJump) for gain in (1.0, 0.5))
    assert louder.odds == pytest.approx(quieter.odds, abs=1.5)
    assert louder.size_db == pytest.approx(quieter.size_db, abs=0.5)


def test_a_louder_voice_before_the_same_noise_is_likelier_no_jump(fixtures: Path) -> None:
    """A gain moves the noise as well: without it there is less reason to believe in one."""
    speech = voice(fixtures)
    gain = np.where(np.arange(len(speech)) < len(speech) // 2, 1.0, 0.5)
    room = noise(len(speech) / RATE_HZ, -50.0)
    joined = evidence(gain * (speech + room)).get(LevelJump)
    louder_voice = evidence(gain * speech + room).get(LevelJump)
    assert joined.odds > louder_voice.odds + 3.0


def test_scraps_and_silence_have_no_jump(fixtures: Path) -> None:
    scrap = evidence(voice(fixtures)[: 2 * RATE_HZ]).get(LevelJump)
    assert (scrap.odds, scrap.at) == (0.0, None)
