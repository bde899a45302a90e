"""Loudness against EBU Tech 3341 and 3342, and against pyloudnorm."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Recording
from qcheck.probes.loudness import (
    loudness_range,
    measure_course,
    measure_loudness,
    measure_spread,
    measure_true_peak,
)
from qcheck.probes.voice import LoudnessCourse, LoudnessSpread, Speech

RATE_HZ = 48_000


def recording(samples: NDArray[np.floating], rate_hz: int = RATE_HZ) -> Recording:
    shaped = samples.reshape(len(samples), -1).astype(np.float32)
    return Recording(shaped, rate_hz, "WAV", "PCM", 16, None, False)


def tones(*parts: tuple[float, float], rate_hz: int = RATE_HZ) -> Recording:
    """Stereo sines of 1 kHz, each (seconds, peak in dBFS), in one phase; −inf is silence."""
    amplitude = np.concatenate(
        [np.full(round(seconds * rate_hz), 10 ** (dbfs / 20)) for seconds, dbfs in parts]
    )
    wave = amplitude * np.sin(2 * np.pi * 1000 * np.arange(len(amplitude)) / rate_hz)
    return recording(np.stack([wave, wave], axis=1), rate_hz)


def integrated(sound: Recording) -> float:
    return measure_loudness(measure_course(sound)).integrated_lufs


def at_48_khz(samples: NDArray[np.floating], rate_hz: int) -> float:
    """What pyloudnorm measures with the standard's own filters, after resampling where need be."""
    if rate_hz != RATE_HZ:
        samples = soxr.resample(samples, rate_hz, RATE_HZ, quality="VHQ")
    return float(pyloudnorm.Meter(RATE_HZ, filter_class="DeMan").integrated_loudness(samples))


SILENCE = float("-inf")


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("dbfs", [-23.0, -33.0])
def test_tech_3341_cases_1_and_2(dbfs: float, rate_hz: int) -> None:
    course = measure_course(tones((20, dbfs), rate_hz=rate_hz))
    assert measure_loudness(course).integrated_lufs == pytest.approx(dbfs, abs=0.1)
    assert course.momentary_lufs[-1] == pytest.approx(dbfs, abs=0.1)
    assert course.short_term_lufs[-1] == pytest.approx(dbfs, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([(10, -36), (60, -23), (10, -36)], id="3"),
        pytest.param([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], id="4"),
        pytest.param([(20, -26), (20.1, -20), (20, -26)], id="5"),
    ],
)
def test_tech_3341_cases_3_to_5(parts: list[tuple[float, float]]) -> None:
    assert integrated(tones(*parts)) == pytest.approx(-23.0, abs=0.1)


def test_tech_3341_case_6_weights_the_surrounds_and_leaves_the_effects_out() -> None:
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    wave = np.sin(2 * np.pi * 1000 * time_s)
    levels = {0: -28.0, 1: -28.0, 2: -24.0, 4: -30.0, 5: -30.0}
    samples = np.zeros((len(wave), 6))
    for channel, dbfs in levels.items():
        samples[:, channel] = 10 ** (dbfs / 20) * wave
    samples[:, 3] = wave  # what is in the effects channel does not count
    assert integrated(recording(samples)) == pytest.approx(-23.0, abs=0.1)


def test_tech_3341_case_9_short_term_is_constant() -> None:
    course = measure_course(tones(*[(1.34, -20.0), (1.66, -30.0)] * 5))
    assert course.short_term_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("i", range(20))
def test_tech_3341_case_10_and_11_short_term_finds_the_tone_wherever_it_starts(i: int) -> None:
    course = measure_course(tones((i * 0.15, SILENCE), (3, -23.0), (1, SILENCE)))
    assert course.short_term_lufs.max() == pytest.approx(-23.0, abs=0.1)
    louder = measure_course(tones((i * 0.15, SILENCE), (3, -38.0 + i), (3 - i * 0.15, SILENCE)))
    assert louder.short_term_lufs.max() == pytest.approx(-38.0 + i, abs=0.1)


def test_tech_3341_case_12_momentary_is_constant() -> None:
    course = measure_course(tones(*[(0.18, -20.0), (0.22, -30.0)] * 25))
    assert course.momentary_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("i", range(20))
def test_tech_3341_case_13_momentary_finds_the_tone_wherever_it_starts(i: int) -> None:
    course = measure_course(tones((i * 0.02, SILENCE), (0.4, -23.0), (1, SILENCE)))
    assert course.momentary_lufs.max() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "phase_deg", "amplitude", "expected_dbtp"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
    ids=["15", "16", "17", "18", "19"],
)
def test_tech_3341_cases_15_to_19(
    divisor: int, phase_deg: float, amplitude: float, expected_dbtp: float
) -> None:
    cycles = np.arange(RATE_HZ) / divisor
    wave = amplitude * np.sin(2 * np.pi * cycles + np.radians(phase_deg))
    ramp = np.linspace(0, 1, RATE_HZ // 100)
    wave[: len(ramp)] *= ramp
    wave[-len(ramp) :] *= ramp[::-1]
    peak = measure_true_peak(recording(wave)).peak_dbtp
    assert expected_dbtp - 0.4 <= peak <= expected_dbtp + 0.2


@pytest.mark.parametrize("offset", range(4), ids=["20", "21", "22", "23"])
def test_tech_3341_cases_20_to_23(offset: int) -> None:
    rate_hz = 4 * RATE_HZ
    samples = np.arange(rate_hz)
    wave = 0.5 * np.sin(2 * np.pi * samples / 24)  # fs / 6
    start = rate_hz // 2 // 24 * 24
    wave[start : start + 16] = np.sin(2 * np.pi * np.arange(16) / 16)  # one period of fs / 4
    padded = np.concatenate([np.zeros(offset), wave])
    # Decimated through a filter that leaves everything below fs / 2 alone.
    decimated = soxr.resample(padded, rate_hz, RATE_HZ, quality="VHQ")
    peak = measure_true_peak(recording(decimated)).peak_dbtp
    assert -0.4 <= peak <= 0.2


@pytest.mark.parametrize(
    ("parts", "expected_lu"),
    [
        pytest.param([(20, -20), (20, -30)], 10, id="1"),
        pytest.param([(20, -20), (20, -15)], 5, id="2"),
        pytest.param([(20, -40), (20, -20)], 20, id="3"),
        pytest.param([(20, -50), (20, -35), (20, -20), (20, -35), (20, -50)], 15, id="4"),
    ],
)
def test_tech_3342_cases_1_to_4(parts: list[tuple[float, float]], expected_lu: float) -> None:
    found = loudness_range(measure_course(tones(*parts)).short_term_lufs)
    assert found == pytest.approx(expected_lu, abs=1.0)


@pytest.mark.parametrize(
    ("file", "lufs", "lu"),
    [
        ("seq-3341-1-16bit", -23, None),
        ("seq-3341-2-16bit", -33, None),
        ("seq-3341-3-16bit-v02", -23, None),
        ("seq-3341-4-16bit-v02", -23, None),
        ("seq-3341-5-16bit-v02", -23, None),
        ("seq-3341-7_seq-3342-5-16bit", -23, 5),
        ("seq-3342-1-16bit", None, 10),
        ("seq-3342-2-16bit", None, 5),
        ("seq-3342-3-16bit", None, 20),
        ("seq-3342-4-16bit", None, 15),
    ],
)
def test_the_ebu_s_own_files(corpus: Path, file: str, lufs: float | None, lu: float | None) -> None:
    samples, rate_hz = soundfile.read(corpus / "voices" / "ebu_flac" / f"{file}.flac")
    course = measure_course(recording(samples, rate_hz))
    if lufs is not None:
        assert measure_loudness(course).integrated_lufs == pytest.approx(lufs, abs=0.1)
    if lu is not None:
        assert loudness_range(course.short_term_lufs) == pytest.approx(lu, abs=1.0)


def test_equal_to_pyloudnorm_on_the_corpus(corpus: Path) -> None:
    folder = corpus / "voices"
    with (folder / "labels.csv").open(encoding="utf-8") as table:
        rows = [
            row
            for row in csv.DictReader(table)
            if row["set"] not in ("sb_rir", "sb_noise") and not row["file"].endswith("mp3")
        ]
    for row in rows[::12]:
        samples, rate_hz = soundfile.read(folder / row["file"], always_2d=True)
        authority = at_48_khz(samples, rate_hz)
        ours = integrated(recording(samples, rate_hz))
        assert ours == pytest.approx(authority, abs=0.05), row["file"]


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 1000),
    seconds=st.floats(0.45, 9.0),
    gain_db=st.floats(-40.0, 12.0),
    rate_hz=st.sampled_from([44_100, 48_000]),
)
def test_equal_to_pyloudnorm_on_noise_of_any_length(
    seed: int, seconds: float, gain_db: float, rate_hz: int
) -> None:
    random = np.random.default_rng(seed)
    samples = random.normal(0, 0.1, (round(seconds * rate_hz), 2)) * 10 ** (gain_db / 20)
    samples *= np.linspace(0.2, 1, len(samples))[:, None]
    authority = pyloudnorm.Meter(rate_hz, filter_class="DeMan").integrated_loudness(samples)
    assert integrated(recording(samples, rate_hz)) == pytest.approx(authority, abs=0.05)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 96_000])
def test_any_sample_rate_has_the_loudness_that_it_has_at_48_khz(rate_hz: int) -> None:
    # A voice's spectrum up to 3.5 kHz, where filters made anew for a low rate go wrong.
    samples = np.random.default_rng(5).normal(0, 0.1, 6 * RATE_HZ)
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    spectrum[(hz < 80) | (hz > 3500)] = 0
    wide = np.fft.irfft(spectrum, len(samples))[:, None]
    narrow = soxr.resample(wide, RATE_HZ, rate_hz, quality="VHQ")
    assert integrated(recording(narrow, rate_hz)) == pytest.approx(
        at_48_khz(wide, RATE_HZ), abs=0.03
    )


def test_a_last_cell_that_rounds_to_nothing_is_left_out() -> None:
    noise = np.random.default_rng(6).normal(0, 0.1, 82_688)  # 750.005 cells of 10 ms at 11025 Hz
    assert len(measure_course(recording(noise, 11_025)).power) == 750


@pytest.mark.parametrize("gain_db", [-20.0, -6.0, 6.0])
def test_gain_moves_loudness_and_true_peak_by_itself(gain_db: float) -> None:
    noise = np.random.default_rng(3).normal(0, 0.05, (RATE_HZ * 3, 1))
    louder = recording(noise * 10 ** (gain_db / 20))
    assert integrated(louder) - integrated(recording(noise)) == pytest.approx(gain_db, abs=0.01)
    peaks = [measure_true_peak(sound).peak_dbtp for sound in (louder, recording(noise))]
    assert peaks[0] - peaks[1] == pytest.approx(gain_db, abs=0.01)


def test_the_true_peak_is_found_where_it_is() -> None:
    wave = np.random.default_rng(4).normal(0, 0.02, RATE_HZ * 2)
    wave[70_000] = 0.9
    at = measure_true_peak(recording(wave)).at
    assert at.start_s <= 70_000 / RATE_HZ <= at.end_s


def test_the_true_peak_is_that_of_interpolating_everything() -> None:
    wave = np.random.default_rng(6).normal(0, 0.2, RATE_HZ)
    wave[: RATE_HZ // 2] *= 0.97
    dense = np.abs(soxr.resample(wave, RATE_HZ, 8 * RATE_HZ, quality="VHQ")).max()
    peak = measure_true_peak(recording(wave)).peak_dbtp
    assert peak == pytest.approx(20 * np.log10(dense), abs=0.5)


def test_digital_silence_and_scraps_have_no_loudness() -> None:
    with pytest.raises(Unmeasurable, match="digital silence"):
        measure_course(recording(np.zeros((RATE_HZ, 1))))
    with pytest.raises(Unmeasurable, match=r"0\.4 s"):
        measure_course(tones((0.39, -20.0)))
    with pytest.raises(Unmeasurable, match="digital silence"):
        measure_true_peak(recording(np.zeros((RATE_HZ, 1))))


def spread_of(*parts: tuple[float, float]) -> LoudnessSpread:
    """Spoken tones with 0.5 s of silence between them."""
    spans, all_parts, at = [], [], 0.0
    for seconds, dbfs in parts:
        spans.append(Span(at, at + seconds))
        all_parts += [(seconds, dbfs), (0.5, SILENCE)]
        at += seconds + 0.5
    speech = Speech(tuple(spans), at)
    sound = tones(*all_parts)
    return measure_spread(measure_course(sound), speech)


def test_a_steady_voice_with_pauses_has_no_spread() -> None:
    spread = spread_of(*[(2.0, -23.0)] * 5)
    assert spread.range_lu == pytest.approx(0, abs=0.2)
    assert spread.halves_lu == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("jump_db", [3.0, 6.0, 10.0])
def test_a_jump_between_two_takes_is_measured(jump_db: float) -> None:
    spread = spread_of((3.0, -20.0), (3.0, -20.0 - jump_db))
    assert spread.halves_lu == pytest.approx(jump_db, abs=0.2)


@pytest.mark.parametrize("levels", [(-20.0, -28.0), (-28.0, -20.0)])
def test_the_quieter_speech_is_where_it_is(levels: tuple[float, float]) -> None:
    spread = spread_of(*((4.0, level) for level in levels))
    quiet = Span(0.0, 4.0) if levels[0] < levels[1] else Span(4.5, 8.5)
    assert spread.quieter == (quiet,)
    assert spread.quietest is not None
    assert quiet.start_s - 0.05 <= spread.quietest.start_s
    assert spread.quietest.end_s <= quiet.end_s + 0.05


def test_little_speech_has_no_halves_and_no_range() -> None:
    spread = spread_of((1.0, -20.0), (1.0, -30.0))
    assert (spread.range_lu, spread.halves_lu, spread.quieter) == (None, None, ())


def test_short_term_is_empty_for_less_than_three_seconds() -> None:
    course: LoudnessCourse = measure_course(tones((2.9, -23.0)))
    assert len(course.short_term_lufs) == 0
    assert loudness_range(course.short_term_lufs) is None
