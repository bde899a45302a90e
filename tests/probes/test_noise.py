"""The noise floor and the signal-to-noise ratio against noise of known level."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import RATE_HZ, evidence, noise, sine, voice

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.noise import estimate_floor
from qcheck.probes.voice import Hum, NoiseFloor, SignalToNoise, Speech


@pytest.mark.parametrize("dbfs", [-55.0, -45.0, -35.0])
def test_the_level_of_white_noise_under_speech_is_measured(fixtures: Path, dbfs: float) -> None:
    speech = voice(fixtures)
    floor = evidence(speech + noise(len(speech) / RATE_HZ, dbfs)).get(NoiseFloor)
    assert floor.floor_dbfs == pytest.approx(dbfs, abs=1.0)
    assert floor.method == "pauses"


@pytest.mark.parametrize("snr_db", [10.0, 20.0, 30.0])
def test_the_ratio_of_speech_to_noise_is_measured(fixtures: Path, snr_db: float) -> None:
    speech = voice(fixtures)
    clean = evidence(speech).get(SignalToNoise)
    mixed = speech + noise(len(speech) / RATE_HZ, clean.speech_dbfs - snr_db)
    assert evidence(mixed).get(SignalToNoise).snr_db == pytest.approx(snr_db, abs=1.5)


@pytest.mark.parametrize("gain_db", [-20.0, -6.0])
def test_gain_moves_the_floor_and_leaves_the_ratio(fixtures: Path, gain_db: float) -> None:
    speech = voice(fixtures)
    whole, quieter = evidence(speech), evidence(speech * 10 ** (gain_db / 20))
    moved = quieter.get(NoiseFloor).floor_dbfs - whole.get(NoiseFloor).floor_dbfs
    assert moved == pytest.approx(gain_db, abs=0.5)
    ratios = [sound.get(SignalToNoise).snr_db for sound in (whole, quieter)]
    assert ratios[0] == pytest.approx(ratios[1], abs=0.7)


def test_a_hum_is_told_from_other_noise(fixtures: Path) -> None:
    speech = voice(fixtures)
    humming = speech + sine(50, len(speech) / RATE_HZ, -37.0)
    floor = evidence(humming).get(NoiseFloor)
    assert floor.floor_dbfs == pytest.approx(-40.0, abs=0.5)
    assert floor.without_hum_dbfs < -55


def test_gated_pauses_are_named_and_not_taken_for_silence(fixtures: Path) -> None:
    speech = voice(fixtures)
    spans = evidence(speech).get(Speech).spans
    gated = np.zeros_like(speech)
    for span in spans:
        inside = slice(int(span.start_s * RATE_HZ), int(span.end_s * RATE_HZ))
        gated[inside] = speech[inside]
    floor = evidence(gated).get(NoiseFloor)
    assert floor.method == "gated"
    assert not floor.certain
    assert np.isfinite(floor.floor_dbfs)


def test_speech_without_pauses_over_loud_noise_has_a_plateau(fixtures: Path) -> None:
    speech = voice(fixtures)
    spans = evidence(speech).get(Speech).spans
    joined = np.concatenate(
        [speech[int(s.start_s * RATE_HZ) : int(s.end_s * RATE_HZ)] for s in spans]
    )
    floor = evidence(joined + noise(len(joined) / RATE_HZ, -38.0)).get(NoiseFloor)
    assert floor.method == "quietest"
    assert floor.floor_dbfs == pytest.approx(-38.0, abs=2.0)


def test_without_speech_there_is_no_between_the_words() -> None:
    with pytest.raises(Unmeasurable, match="no speech was heard"):
        evidence(noise(3.0, -40.0)).get(NoiseFloor)


def test_digital_silence_has_one_reason() -> None:
    silent = evidence(np.zeros(RATE_HZ))
    for probe in (Speech, NoiseFloor, SignalToNoise):
        with pytest.raises(Unmeasurable, match="digital silence"):
            silent.get(probe)


@settings(max_examples=40, deadline=None)
@given(
    level_db=st.floats(-90, -20),
    outliers=st.integers(0, 30),
    above_db=st.floats(15, 60),
    seed=st.integers(0, 99),
)
def test_bursts_do_not_raise_the_floor(
    level_db: float, outliers: int, above_db: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    power = 10 ** (level_db / 10) * random.gamma(50, 1 / 50, 100)
    power[:outliers] *= 10 ** (above_db / 10)
    assert estimate_floor(power) == pytest.approx(level_db, abs=0.4)


def labelled(corpus: Path, kind: str) -> list[dict[str, str]]:
    with (corpus / "voices" / "labels.csv").open(encoding="utf-8") as table:
        return [row for row in csv.DictReader(table) if kind in row["file"]]


def measured(corpus: Path, row: dict[str, str]) -> Evidence:
    return Evidence(File(row["file"], (corpus / "voices" / row["file"]).read_bytes()))


def test_floors_of_the_corpus_with_pauses_are_right_to_a_decibel(corpus: Path) -> None:
    errors = [
        measured(corpus, row).get(NoiseFloor).floor_dbfs - float(row["noise_floor_db"])
        for row in labelled(corpus, "_paused_")
    ]
    assert len(errors) == 7
    assert np.mean(np.abs(errors)) <= 1.0


def test_ratios_of_the_corpus_in_real_noise_are_right_to_a_few_decibels(corpus: Path) -> None:
    errors = [
        measured(corpus, row).get(SignalToNoise).snr_db - float(row["snr_db"])
        for row in labelled(corpus, "derived_real_noise")
    ]
    assert len(errors) == 12
    assert np.mean(np.abs(errors)) <= 3.5


def test_hum_of_a_fraction_of_a_second_is_not_told(fixtures: Path) -> None:
    assert not evidence(voice(fixtures)[: RATE_HZ // 2]).get(Hum).certain
