"""How far the voice stands out, against noise that was added at a known distance."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE_HZ, Wave, evidence, noise, sine, voice

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.signal_to_noise import a_weighting
from qcheck.probes.voice import SignalToNoise


def swelling(seconds: float, by_db: float) -> Wave:
    """Noise that is so much louder in the middle than at the ends, of RMS 1."""
    time = np.linspace(0.0, 1.0, round(seconds * RATE_HZ))
    swelling = noise(seconds, 0.0) * 10 ** (-by_db * np.abs(2 * time - 1) / 20)
    return swelling / np.sqrt(np.mean(np.square(swelling)))


@pytest.mark.parametrize("snr_db", [10.0, 20.0, 30.0])
def test_the_ratio_of_speech_to_noise_is_measured(fixtures: Path, snr_db: float) -> None:
    speech = voice(fixtures)
    clean = evidence(speech).get(SignalToNoise)
    mixed = speech + noise(len(speech) / RATE_HZ, clean.speech_dbfs - snr_db)
    assert evidence(mixed).get(SignalToNoise).snr_db == pytest.approx(snr_db, abs=1.5)


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 20.0])
def test_noise_that_swells_under_the_words_is_followed(fixtures: Path, snr_db: float) -> None:
    speech = voice(fixtures)
    level = 10 ** ((evidence(speech).get(SignalToNoise).speech_dbfs - snr_db) / 20)
    mixed = evidence(speech + swelling(len(speech) / RATE_HZ, 20.0) * level).get(SignalToNoise)
    assert mixed.snr_db == pytest.approx(snr_db, abs=4.0)
    assert mixed.certain


@pytest.mark.parametrize("gain_db", [-20.0, -6.0])
def test_gain_leaves_the_ratio(fixtures: Path, gain_db: float) -> None:
    speech = voice(fixtures)
    ratios = [
        evidence(sound).get(SignalToNoise).snr_db
        for sound in (speech, speech * 10 ** (gain_db / 20))
    ]
    assert ratios[0] == pytest.approx(ratios[1], abs=0.7)


@pytest.mark.parametrize("hz", [30.0, 50.0])
def test_rumble_and_hum_leave_what_is_heard(fixtures: Path, hz: float) -> None:
    speech = voice(fixtures)
    clean = evidence(speech).get(SignalToNoise)
    deep = sine(hz, len(speech) / RATE_HZ, clean.speech_dbfs + 3)
    mixed = evidence(speech + deep).get(SignalToNoise)
    assert mixed.snr_db < 3
    assert mixed.heard_db == pytest.approx(clean.heard_db, abs=4.0)


def test_noise_louder_than_the_voice_is_a_ratio_of_0(fixtures: Path) -> None:
    speech = voice(fixtures)
    mixed = speech * 0.1 + noise(len(speech) / RATE_HZ, -30.0)
    ratio = evidence(mixed).get(SignalToNoise)
    assert 0.0 <= ratio.heard_db <= 12.0
    assert ratio.snr_db >= 0.0


def test_hiss_that_follows_the_words_is_heard_under_them(fixtures: Path) -> None:
    speech = voice(fixtures)
    hiss = np.random.default_rng(1).standard_normal(len(speech)) * speech * 10 ** (-10 / 20)
    ratio = evidence(speech + hiss).get(SignalToNoise)
    assert ratio.heard_db < ratio.between_db - 5


def test_the_weighting_is_the_standards() -> None:
    """IEC 61672-1, table 3, in dB."""
    nominal = {31.5: -39.4, 63: -26.2, 125: -16.1, 250: -8.6, 1000: 0.0, 4000: 1.0, 16000: -6.6}
    hz = np.array(list(nominal), float)
    assert 10 * np.log10(a_weighting(hz)) == pytest.approx(list(nominal.values()), abs=0.2)


def test_without_speech_there_is_no_ratio() -> None:
    with pytest.raises(Unmeasurable, match="no speech was heard"):
        evidence(noise(3.0, -40.0)).get(SignalToNoise)


def test_ratios_of_the_corpus_in_real_noise_are_right_to_a_few_decibels(corpus: Path) -> None:
    voices = corpus / "voices"
    with (voices / "labels.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["set"] == "derived/real_noise"]
    errors = [
        Evidence(File(row["file"], (voices / row["file"]).read_bytes())).get(SignalToNoise).snr_db
        - float(row["snr_db"])
        for row in rows
    ]
    assert len(errors) == 12
    assert np.mean(np.abs(errors)) <= 3.5
