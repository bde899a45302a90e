"""Music under speech, and what is none."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE_HZ, Wave, evidence, noise, sine, voice

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.music import raised, summarised
from qcheck.probes.voice import AudioEvents, Heard, Music


def chords(seconds: float) -> Wave:
    """Four chords of plucked strings, over and over, of RMS 1."""
    played = np.zeros(round(seconds * RATE_HZ))
    for beat in range(int(seconds / 0.5)):
        root = (220.0, 174.6, 196.0, 261.6)[beat // 2 % 4]
        for ratio in (1.0, 1.25, 1.5, 2.0):
            at = round(beat * 0.5 * RATE_HZ)
            length = min(round(0.8 * RATE_HZ), len(played) - at)
            time_s = np.arange(length) / RATE_HZ
            for harmonic in range(1, 6):
                wave = np.sin(2 * np.pi * root * ratio * harmonic * time_s)
                played[at : at + length] += wave * np.exp(-time_s / 0.3) / harmonic
    return played / np.sqrt(np.mean(np.square(played)))


@pytest.mark.parametrize("below_db", [10.0, 20.0])
def test_music_under_speech_is_heard(fixtures: Path, below_db: float) -> None:
    speech = voice(fixtures)
    loud = np.sqrt(np.mean(np.square(speech)))
    mixed = speech + chords(len(speech) / RATE_HZ) * loud * 10 ** (-below_db / 20)
    assert evidence(mixed).get(Music).likelihood > 0.9


def test_speech_alone_is_no_music(fixtures: Path) -> None:
    assert evidence(voice(fixtures)).get(Music).likelihood < 0.1


@pytest.mark.parametrize("dbfs", [-60.0, -40.0])
def test_noise_is_no_music(fixtures: Path, dbfs: float) -> None:
    speech = voice(fixtures)
    mixed = speech + noise(len(speech) / RATE_HZ, dbfs)
    assert evidence(mixed).get(Music).likelihood < 0.3


@pytest.mark.parametrize("gain_db", [-30.0, 3.0])
def test_the_level_does_not_matter(fixtures: Path, gain_db: float) -> None:
    speech = voice(fixtures)
    loud = np.sqrt(np.mean(np.square(speech)))
    mixed = (speech + chords(len(speech) / RATE_HZ) * loud / 10) * 0.5
    louder = evidence(mixed * 10 ** (gain_db / 20)).get(Music).likelihood
    assert louder == pytest.approx(evidence(mixed).get(Music).likelihood, abs=0.05)


def test_what_is_quiet_is_raised_by_half_the_distance() -> None:
    rate = Heard.RATE_HZ
    quiet = sine(500, 2.0, -40, rate)
    wave = np.concatenate([sine(500, 2.0, -10, rate), quiet]).astype(np.float32)
    louder = raised(wave)
    ratio = np.abs(louder[:rate]).max() / np.abs(louder[-rate:-1000]).max()
    assert 20 * np.log10(ratio) == pytest.approx(15.0, abs=0.5)


def test_certain_probabilities_have_finite_odds() -> None:
    assert np.isfinite(summarised(np.array([[0.0, 1.0, 1.0]] * 9, np.float32))).all()


@pytest.mark.parametrize("seconds", [0.1, 1.9])
def test_a_moment_tells_nothing(seconds: float) -> None:
    music = evidence(noise(seconds, -30)).get(Music)
    assert music.likelihood == 0.0
    assert music.listened_s == pytest.approx(seconds, abs=0.01)


def test_a_long_recording_is_heard_in_pieces_from_start_to_end() -> None:
    events = evidence(noise(90.0, -30)).get(AudioEvents)
    assert len(events.times_s) == len(events.probability) == pytest.approx(6000, abs=10)
    assert events.times_s[0] < 0.1
    assert events.times_s[-1] == pytest.approx(90.0, abs=0.1)
    assert np.all(np.diff(events.times_s) > 0)


def test_digital_silence_is_not_measured() -> None:
    with pytest.raises(Unmeasurable):
        evidence(np.zeros(5 * RATE_HZ)).get(Music)


def test_the_labelled_mixes_are_told(corpus: Path) -> None:
    voices = corpus / "voices"
    with (voices / "labels.csv").open(newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["set"] == "derived/music_bg"]
    loud = [row["file"] for row in rows if float(row["snr_db"]) <= 20]
    assert loud
    for name in loud:
        made = Evidence(File(name, (voices / name).read_bytes()))
        assert made.get(Music).likelihood > 0.5, name
