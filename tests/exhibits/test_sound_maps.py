"""What is drawn of a voice."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from sounds import evidence, sine
from sounds import recording as made_recording

from qcheck.core.probe import Unmeasurable
from qcheck.exhibits import sound_maps
from qcheck.probes.voice import Levels, LoudnessCourse, Mono


@pytest.mark.parametrize(("seconds", "kept"), [(0.05, 0.05), (30, 30), (300, 240)])
def test_the_longest_of_voices_fits(seconds: float, kept: float) -> None:
    import av

    samples = np.random.default_rng(0).normal(0, 0.2, int(seconds * 16_000)).astype(np.float32)
    copy = sound_maps.copy_sound(Mono(samples, 16_000))
    assert len(copy.mp3) <= 500_000
    assert copy.seconds == pytest.approx(kept, abs=0.01)
    with av.open(io.BytesIO(copy.mp3)) as container:
        heard = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert heard == pytest.approx(kept, abs=0.15)


def test_a_tone_stands_where_its_mark_says() -> None:
    time_s = np.arange(48_000) / 48_000
    tone = np.sin(2 * np.pi * 4000 * time_s).astype(np.float32)
    found = sound_maps.picture_spectrogram(Mono(tone, 48_000))
    with Image.open(io.BytesIO(found.png)) as image:
        shade = np.asarray(image.convert("L"), float)
    height = 1 - float(shade.mean(axis=1).argmax()) / shade.shape[0]
    assert height == pytest.approx(dict(found.hz_at_share)[4000.0], abs=0.03)


def test_a_waveform_keeps_every_extreme() -> None:
    samples = np.zeros(100_000, np.float32)
    samples[[12_345, 67_890]] = 0.75, -0.5
    recording = made_recording(samples)
    wave = sound_maps.draw_waveform(recording, Mono(samples, 48_000))
    assert (max(wave.highest), min(wave.lowest)) == (0.75, -0.5)
    assert wave.highest.index(0.75) == pytest.approx(123, abs=1)
    assert wave.lowest.index(-0.5) == pytest.approx(678, abs=1)
    assert wave.duration_s == pytest.approx(100_000 / 48_000)


def test_the_level_is_that_of_each_stretch() -> None:
    power = np.concatenate([np.full(2000, 1e-2), np.full(2000, 1e-4), np.zeros(2000)])
    course = sound_maps.follow_level(Levels(power, power == 0)).dbfs
    assert len(course) == 1000
    assert [course[100], course[500], course[900]] == [-20.0, -40.0, -100.0]


@pytest.mark.parametrize(("seconds", "window_s"), [(10.0, 3.0), (1.0, 0.4)])
def test_loudness_is_followed_in_the_longest_window_that_fits(
    seconds: float, window_s: float
) -> None:
    course = evidence(sine(1000.0, seconds, -23.0)).get(LoudnessCourse)
    line = sound_maps.follow_loudness(course)
    assert line.window_s == window_s
    times, lufs = zip(*line.points, strict=True)
    assert times[0] == pytest.approx(window_s / 2, abs=0.01)
    assert times[-1] == pytest.approx(seconds - window_s / 2, abs=0.02)
    # One channel of a sine at -23 dBFS (EBU Tech 3341 plays it in two, 3 LU louder).
    assert lufs == pytest.approx([-26.0] * len(lufs), abs=0.2)


def test_the_mel_scale_has_1000_mel_at_1000_hz() -> None:
    assert sound_maps.mel(1000.0) == pytest.approx(1000, abs=0.1)
    assert sound_maps.mel(0.0) == 0


@pytest.mark.parametrize(
    ("samples", "says"), [(np.zeros(48_000), "digital silence"), (np.ones(100), "too short")]
)
def test_without_sound_there_is_no_spectrum(samples: np.ndarray, says: str) -> None:
    with pytest.raises(Unmeasurable, match=says):
        sound_maps.picture_spectrogram(Mono(samples.astype(np.float32), 48_000))


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 32_000, 48_000, 192_000])
def test_no_band_of_a_spectrogram_is_empty(rate_hz: int) -> None:
    white = np.random.default_rng(0).normal(0, 0.2, rate_hz).astype(np.float32)
    found = sound_maps.picture_spectrogram(Mono(white, rate_hz))
    with Image.open(io.BytesIO(found.png)) as image:
        shade = np.asarray(image.convert("L"), float)
    assert shade.mean(axis=1).min() > 0.5 * shade.mean()
