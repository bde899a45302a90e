"""Rooms of known reverberation time, made around a dry voice."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE_HZ, Wave, evidence, noise, voice

from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.reverberation import describe_decays
from qcheck.probes.voice import Heard, Reverberation


def in_room(speech: Wave, rt60_s: float, direct_db: float = 6.0) -> Wave:
    """The direct sound and, 5 ms later, noise that decays by 60 dB in ``rt60_s``."""
    time_s = np.arange(round(1.2 * rt60_s * RATE_HZ)) / RATE_HZ
    tail = np.random.default_rng(3).normal(size=len(time_s)) * 10 ** (-3 * time_s / rt60_s)
    tail[: RATE_HZ // 200] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(np.square(tail)))
    tail[0] = 1
    size = 1 << (len(speech) + len(tail)).bit_length()
    return np.fft.irfft(np.fft.rfft(speech, size) * np.fft.rfft(tail, size), size)[: len(speech)]


@pytest.mark.parametrize("rt60_s", [0.8, 1.5])
@pytest.mark.parametrize("direct_db", [0.0, 8.0])
def test_a_room_that_rings_is_heard(fixtures: Path, rt60_s: float, direct_db: float) -> None:
    heard = in_room(voice(fixtures), rt60_s, direct_db)
    assert evidence(heard).get(Reverberation).likelihood > 0.5


@pytest.mark.parametrize("rt60_s", [0.15, 0.25])
def test_a_furnished_room_does_not_ring(fixtures: Path, rt60_s: float) -> None:
    heard = in_room(voice(fixtures), rt60_s)
    assert evidence(heard).get(Reverberation).likelihood < 0.5


def test_a_dry_voice_does_not_ring(fixtures: Path) -> None:
    assert evidence(voice(fixtures)).get(Reverberation).likelihood < 0.1


def test_noise_does_not_ring(fixtures: Path) -> None:
    speech = voice(fixtures)
    noisy = speech + noise(len(speech) / RATE_HZ, -45)
    assert evidence(noisy).get(Reverberation).likelihood < 0.5


def test_the_level_does_not_matter(fixtures: Path) -> None:
    heard = in_room(voice(fixtures), 0.8)[:: RATE_HZ // Heard.RATE_HZ].astype(np.float32)
    one, other = describe_decays(heard), describe_decays(heard * np.float32(0.25))
    np.testing.assert_allclose(one, other, rtol=0.02, atol=0.02)


def test_short_speech_and_none_are_not_judged(fixtures: Path) -> None:
    with pytest.raises(Inapplicable):
        evidence(voice(fixtures)[: 2 * RATE_HZ]).get(Reverberation)
    with pytest.raises(Unmeasurable):
        evidence(noise(5.0, -40)).get(Reverberation)


def test_labelled_rooms_are_told(corpus: Path) -> None:
    voices = corpus / "voices"
    with (voices / "labels.csv").open(newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["set"] == "derived/reverb"]
    rt60_s = {row["file"]: float(row["reverb"].removeprefix("rt60=")) for row in rows}
    for name, seconds in rt60_s.items():
        if seconds < 0.3 or seconds >= 0.6:
            made = Evidence(File(name, (voices / name).read_bytes()))
            assert (made.get(Reverberation).likelihood > 0.5) == (seconds >= 0.6), name


@pytest.mark.parametrize("block_frames", [1, 100, 367])
def test_decays_are_the_same_however_large_the_blocks(
    monkeypatch: pytest.MonkeyPatch, fixtures: Path, block_frames: int
) -> None:
    heard = evidence(voice(fixtures)[: 3 * RATE_HZ]).get(Heard).samples
    whole = describe_decays(heard)
    monkeypatch.setattr("qcheck.probes.reverberation._BLOCK_FRAMES", block_frames)
    np.testing.assert_array_equal(describe_decays(heard), whole)
