"""Where speech is found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sounds import RATE_HZ, evidence, noise, sine, voice

from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.probes.speech import find_speech
from qcheck.probes.voice import (
    AudioEvents,
    Heard,
    Levels,
    Mono,
    Pauses,
    Speech,
    VoiceActivity,
)


def test_three_sentences_are_found_where_they_are(fixtures: Path) -> None:
    speech = evidence(voice(fixtures)).get(Speech)
    assert speech.spans[0].start_s == pytest.approx(0.35, abs=0.15)
    assert speech.spans[-1].end_s == pytest.approx(speech.duration_s - 0.45, abs=0.2)
    assert speech.share == pytest.approx(0.85, abs=0.1)


@pytest.mark.parametrize("gain_db", [-50.0, -30.0, 12.0])
def test_quiet_and_loud_speech_is_heard_alike(fixtures: Path, gain_db: float) -> None:
    speech = voice(fixtures)
    usual = evidence(speech).get(Speech).share
    heard = evidence(speech * 10 ** (gain_db / 20)).get(Speech).share
    assert heard == pytest.approx(usual, abs=0.06)


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param(noise(3.0, -30.0), id="loud noise"),
        pytest.param(noise(3.0, -85.0), id="quiet noise"),
        pytest.param(sine(440.0, 3.0), id="a tone"),
        pytest.param(sine(50.0, 3.0, -40.0), id="hum"),
        pytest.param(np.full(3 * RATE_HZ, 0.1), id="an offset"),
    ],
)
def test_what_is_no_speech_is_not_taken_for_it(samples: np.ndarray) -> None:
    sound = evidence(samples)
    assert sound.get(Speech).spans == ()
    with pytest.raises(Unmeasurable, match="no speech was heard"):
        sound.get(Pauses)


def test_pauses_lie_before_between_and_after(fixtures: Path) -> None:
    speech = voice(fixtures)
    silence = noise(2.0, -64.0)
    pauses = evidence(np.concatenate([silence, speech, silence, speech, silence])).get(Pauses)
    assert pauses.before.seconds == pytest.approx(2.35, abs=0.15)
    assert max(p.seconds for p in pauses.inside) == pytest.approx(2.8, abs=0.25)
    assert pauses.after.seconds == pytest.approx(2.45, abs=0.25)


def probabilities(text: str) -> VoiceActivity:
    """One digit a window: tenths of certainty."""
    return VoiceActivity(np.array([int(digit) / 10 for digit in text], np.float32))


def spans_of(
    text: str, also: Sequence[tuple[float, float]] = (), dbfs: float = -20.0
) -> tuple[Span, ...]:
    """``also``: from when to when a second opinion hears singing, at this level over −20 dBFS."""
    seconds = len(text) * VoiceActivity.HOP_S
    mono = Mono(np.zeros(round(seconds * 16_000), np.float32), 16_000)
    times_s = (np.arange(round(seconds * 100)) + 0.5) / 100
    power = np.full(len(times_s), 10**-2.0)
    sung = np.zeros((len(times_s), 3), np.float32)
    for start_s, end_s in also:
        inside = (times_s > start_s) & (times_s < end_s)
        sung[inside, 1] = 0.9
        power[inside] = 10 ** (dbfs / 10)
    levels = Levels(power, np.zeros(len(power), bool))
    return find_speech(probabilities(text), mono, levels, AudioEvents(sung, times_s)).spans


def test_short_gaps_are_closed_and_long_ones_are_not() -> None:
    assert len(spans_of("0" * 5 + "9" * 20 + "0" * 2 + "9" * 20 + "0" * 5)) == 1
    assert len(spans_of("0" * 5 + "9" * 20 + "0" * 6 + "9" * 20 + "0" * 5)) == 2


def test_doubt_continues_speech_and_does_not_start_it() -> None:
    assert spans_of("4" * 40) == ()
    one = spans_of("0" * 5 + "9" * 10 + "4" * 20 + "0" * 10)
    assert len(one) == 1
    assert one[0].seconds == pytest.approx(30 * 0.032 + 0.06, abs=0.01)


def test_a_click_of_the_tongue_is_no_speech() -> None:
    assert spans_of("0" * 20 + "9" * 5 + "0" * 20) == ()


def test_what_is_sung_or_cried_is_added_where_the_detector_hears_nothing() -> None:
    heard = spans_of("0" * 100 + "9" * 50, also=[(0.5, 2.0)])
    assert heard[0] == Span(pytest.approx(0.47, abs=0.02), pytest.approx(2.03, abs=0.02))
    assert heard[1].start_s == pytest.approx(3.2, abs=0.05)


@pytest.mark.parametrize(
    ("also", "dbfs"),
    [
        pytest.param([(0.5, 0.7)], -20.0, id="too short for a voice"),
        pytest.param([(0.5, 2.0)], -50.0, id="too quiet beside the voice"),
        pytest.param([(3.15, 3.5)], -20.0, id="the rest of a word"),
    ],
)
def test_nothing_else_is_added(also: list[tuple[float, float]], dbfs: float) -> None:
    plain = spans_of("0" * 100 + "9" * 50)
    assert spans_of("0" * 100 + "9" * 50, also, dbfs) == plain


def test_spans_stay_inside_the_recording() -> None:
    spans = spans_of("9" * 30)
    assert spans == (Span(0.0, pytest.approx(30 * 0.032)),)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100])
def test_the_voice_is_heard_at_16_khz(rate_hz: int) -> None:
    heard = evidence(sine(1000.0, 1.0, rate_hz=rate_hz), rate_hz).get(Heard).samples
    assert len(heard) == 16_000
    spectrum = np.abs(np.fft.rfft(heard[4000:12000]))
    assert spectrum.argmax() * 2 == 1000


def test_resampling_agrees_with_cutting_the_spectrum(fixtures: Path) -> None:
    """The exact answer for a stretch that fades in and out, up to the edge of soxr's filter."""
    speech = voice(fixtures)[: 2 * RATE_HZ] * np.hanning(2 * RATE_HZ)
    spectrum = np.fft.rfft(speech - speech.mean())[: 16_000 + 1]
    hz = np.arange(len(spectrum)) / 2
    heard = np.fft.rfft(evidence(speech).get(Heard).samples)
    below = hz < 7_000
    error = np.abs(heard[below] * 3 - spectrum[below]).max() / np.abs(spectrum).max()
    assert error < 1e-3
