"""The noise floor against noise of known level, and what is never taken for noise."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import RATE_HZ, evidence, noise, sine, voice

from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers.room_noise import estimate_floor
from qcheck.probes.voice import (
    Hum,
    Levels,
    NoiseFloor,
    SignalToNoise,
    Spectrogram,
    Speech,
    VoiceActivity,
)


@pytest.mark.parametrize("dbfs", [-55.0, -45.0, -35.0])
def test_the_level_of_white_noise_under_speech_is_measured(fixtures: Path, dbfs: float) -> None:
    speech = voice(fixtures)
    floor = evidence(speech + noise(len(speech) / RATE_HZ, dbfs)).get(NoiseFloor)
    assert floor.floor_dbfs == pytest.approx(dbfs, abs=1.0)
    assert floor.method == "pauses"


@pytest.mark.parametrize("gain_db", [-20.0, -6.0])
def test_gain_moves_the_floor(fixtures: Path, gain_db: float) -> None:
    speech = voice(fixtures)
    whole, quieter = evidence(speech), evidence(speech * 10 ** (gain_db / 20))
    moved = quieter.get(NoiseFloor).floor_dbfs - whole.get(NoiseFloor).floor_dbfs
    assert moved == pytest.approx(gain_db, abs=0.5)


def test_a_hum_is_told_from_other_noise(fixtures: Path) -> None:
    speech = voice(fixtures)
    humming = speech + sine(50, len(speech) / RATE_HZ, -37.0)
    floor = evidence(humming).get(NoiseFloor)
    assert floor.floor_dbfs == pytest.approx(-40.0, abs=0.5)
    assert floor.net_dbfs < -55


def test_a_rumble_below_every_voice_is_left_out(fixtures: Path) -> None:
    speech = voice(fixtures)
    rumbling = speech + sine(35, len(speech) / RATE_HZ, -17.0)
    floor = evidence(rumbling).get(NoiseFloor)
    assert floor.floor_dbfs == pytest.approx(-20.0, abs=0.5)
    assert floor.net_dbfs < -50


def test_a_cry_that_no_detector_hears_is_no_noise_beside_digital_silence() -> None:
    silent = np.zeros(300)
    power = np.concatenate([silent, np.full(300, 0.01), silent, np.full(300, 0.01), silent])
    floor = scene(power, [(3.0, 4.0)]).get(NoiseFloor)
    assert not floor.certain


def test_sound_beside_digital_silence_is_not_the_room(fixtures: Path) -> None:
    """What a gate lets through before and after a word is no pause."""
    speech = voice(fixtures)
    end = round(evidence(speech).get(Speech).spans[-1].end_s * RATE_HZ)
    tail = noise(0.4, -30.0)
    cut = np.concatenate([speech[:end], tail, np.zeros(3 * RATE_HZ)])
    assert evidence(cut).get(NoiseFloor).floor_dbfs < -50


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


def scene(power: np.ndarray, spans: list[tuple[float, float]]) -> Evidence:
    """A recording of which only the level every 10 ms and where somebody speaks are known."""
    made = Evidence(File("made", b""))
    frames = len(power) * 480 // 2048
    middles_s = (np.arange(frames) + 0.5) * 2048 / RATE_HZ
    course = power[np.minimum((middles_s * 100).astype(int), len(power) - 1)]
    edges_hz = np.array([0, 47, 94, 141, 188, 281, 375, 750, 1500, 3000, 6000, 12000, 24000.0])
    bands = np.outer(course, np.diff(edges_hz) / 24000).astype(np.float32)
    windows = int(len(power) * 0.01 / VoiceActivity.HOP_S) + 1
    made._taken |= {
        Levels: Levels(power, power == 0.0),
        VoiceActivity: VoiceActivity(np.zeros(windows, np.float32)),
        Speech: Speech(tuple(Span(a, b) for a, b in spans), len(power) / 100),
        Hum: Hum(-120.0, 50.0, True, len(power) / 100),
        Spectrogram: Spectrogram(np.zeros(1025), 23.4375, bands, edges_hz, middles_s),
    }
    return made


@settings(max_examples=150, deadline=None)
@given(
    levels_db=st.lists(st.one_of(st.floats(-120, -3), st.just(-999.0)), min_size=6, max_size=20),
    spoken=st.lists(st.booleans(), min_size=20, max_size=20),
    seed=st.integers(0, 99),
)
def test_no_floor_above_the_median_and_no_ratio_below_0_is_ever_told_as_measured(
    levels_db: list[float], spoken: list[bool], seed: int
) -> None:
    """Whatever is loud and whatever was taken for speech: half a second each."""
    random = np.random.default_rng(seed)
    power = np.repeat(10 ** (np.array(levels_db) / 10), 50)
    power = np.where(power < 1e-50, 0.0, power * random.gamma(8, 1 / 8, len(power)))
    spans = [(i / 2, i / 2 + 0.5) for i in range(len(levels_db)) if spoken[i]]
    if not spans or not power.any():
        return
    made = scene(power, spans)
    floor, ratio = made.get(NoiseFloor), made.get(SignalToNoise)
    median_dbfs = 10 * np.log10(np.median(power[power > 0]))
    assert not floor.certain or floor.floor_dbfs <= max(median_dbfs, -150.0) + 1e-6
    assert floor.net_dbfs <= floor.floor_dbfs + 1e-6
    assert min(ratio.snr_db, ratio.heard_db, ratio.between_db) >= 0.0


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


def test_hum_of_a_fraction_of_a_second_is_not_told(fixtures: Path) -> None:
    assert not evidence(voice(fixtures)[: RATE_HZ // 2]).get(Hum).certain
