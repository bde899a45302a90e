"""True bandwidth and hum."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soxr
from sounds import RATE_HZ, evidence, noise, sine, voice

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.spectrum import measure_spectrogram
from qcheck.probes.voice import Bandwidth, Hum, Mono


@pytest.mark.parametrize("source_hz", [8_000, 11_025, 16_000, 22_050])
@pytest.mark.parametrize("floor_dbfs", [None, -90.0])
def test_a_resampled_voice_is_found_out(
    fixtures: Path, source_hz: int, floor_dbfs: float | None
) -> None:
    narrow = soxr.resample(voice(fixtures), RATE_HZ, source_hz, quality="HQ")
    wide = soxr.resample(narrow, source_hz, RATE_HZ, quality="HQ")
    if floor_dbfs is not None:
        wide = wide + noise(len(wide) / RATE_HZ, floor_dbfs)
    bandwidth = evidence(wide).get(Bandwidth)
    assert bandwidth.bandwidth_hz == pytest.approx(source_hz / 2, rel=0.1)
    assert bandwidth.nyquist_hz == 24_000


@pytest.mark.parametrize("source_hz", [8_000, 16_000])
@pytest.mark.parametrize("skirt", [1.03, 1.08])
def test_the_skirt_of_a_filter_is_not_taken_for_sound(source_hz: int, skirt: float) -> None:
    """Noise that ends a little above half the rate of its source, as quick resamplers leave it."""
    spectrum = np.fft.rfft(noise(8.0, -30.0))
    spectrum[np.fft.rfftfreq(8 * RATE_HZ, 1 / RATE_HZ) > skirt * source_hz / 2] = 0.0
    assert evidence(np.fft.irfft(spectrum)).get(Bandwidth).bandwidth_hz == source_hz / 2


@pytest.mark.parametrize("source_hz", [8_000, 11_025, 16_000])
@pytest.mark.parametrize("how", ["line", "QQ"])
def test_a_resampler_without_a_filter_is_found_by_its_image(
    fixtures: Path, source_hz: int, how: str
) -> None:
    narrow = soxr.resample(voice(fixtures), RATE_HZ, source_hz, quality="HQ")
    if how == "line":
        places = np.arange(len(voice(fixtures))) * source_hz / RATE_HZ
        wide = np.interp(places, np.arange(len(narrow)), narrow)
    else:
        wide = soxr.resample(narrow, source_hz, RATE_HZ, quality=how)
    assert evidence(wide).get(Bandwidth).bandwidth_hz == pytest.approx(source_hz / 2, rel=0.15)


def test_hiss_over_a_narrow_voice_does_not_hide_its_edge(fixtures: Path) -> None:
    narrow = soxr.resample(voice(fixtures), RATE_HZ, 8_000, quality="HQ")
    wide = soxr.resample(narrow, 8_000, RATE_HZ, quality="HQ")
    hissing = wide + noise(len(wide) / RATE_HZ, -60.0)
    assert evidence(hissing).get(Bandwidth).bandwidth_hz == pytest.approx(4_000, rel=0.1)


def test_a_sound_voice_fills_its_band(fixtures: Path) -> None:
    assert evidence(voice(fixtures)).get(Bandwidth).bandwidth_hz >= 18_000


def test_a_dull_voice_has_no_edge(fixtures: Path) -> None:
    """A microphone in the next room: 6 dB an octave from 1 kHz on, and the room's own noise."""
    speech = voice(fixtures)
    spectrum = np.fft.rfft(speech)
    hz = np.fft.rfftfreq(len(speech), 1 / RATE_HZ)
    dull = np.fft.irfft(spectrum / np.maximum(1, hz / 1000), len(speech))
    bandwidth = evidence(dull + noise(len(dull) / RATE_HZ, -70.0)).get(Bandwidth)
    assert bandwidth.bandwidth_hz >= 18_000


def test_a_notch_is_no_edge() -> None:
    spectrum = np.fft.rfft(noise(3.0, -30.0))
    hz = np.fft.rfftfreq(3 * RATE_HZ, 1 / RATE_HZ)
    spectrum[(hz > 9_000) & (hz < 10_500)] *= 1e-3
    assert evidence(np.fft.irfft(spectrum)).get(Bandwidth).bandwidth_hz == 24_000


def test_spectra_agree_with_librosa(fixtures: Path) -> None:
    librosa = pytest.importorskip("librosa")
    speech = voice(fixtures).astype(np.float32)
    speech = speech[: len(speech) // 2048 * 2048]
    authority = np.square(
        np.abs(librosa.stft(speech, n_fft=2048, hop_length=2048, center=False, window="hann"))
    )
    ours = measure_spectrogram(Mono(speech, RATE_HZ))
    rank = int(authority.shape[1] * 0.95)
    expected = np.sort(authority, axis=1)[:, rank] * 2 / 1024**2
    assert ours.bin_hz == pytest.approx(23.4375)
    assert 10 * np.log10(ours.loud[5:] / expected[5:]) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
@pytest.mark.parametrize("dbfs", [-35.0, -45.0, -50.0])
def test_hum_under_speech_is_measured(fixtures: Path, mains_hz: float, dbfs: float) -> None:
    speech = voice(fixtures)
    seconds = len(speech) / RATE_HZ
    hum = sum(sine(mains_hz * k, seconds, -6.0 * k) for k in range(1, 7))
    hum = hum * 10 ** (dbfs / 20) / np.sqrt(np.mean(np.square(hum)))
    measured = evidence(speech + hum).get(Hum)
    assert measured.mains_hz == mains_hz
    assert measured.level_dbfs == pytest.approx(dbfs, abs=1.5)


def test_mains_that_drift_a_little_still_hum(fixtures: Path) -> None:
    speech = voice(fixtures)
    hum = sine(50.15, len(speech) / RATE_HZ, -40.0)
    assert evidence(speech + hum).get(Hum).level_dbfs == pytest.approx(-43.0, abs=1.5)


@pytest.mark.parametrize("octave_db", [0.0, -3.0, -6.0])
def test_noise_of_any_slope_does_not_hum(octave_db: float) -> None:
    spectrum = np.fft.rfft(noise(8.0, 0.0))
    hz = np.fft.rfftfreq(8 * RATE_HZ, 1 / RATE_HZ)
    spectrum *= np.maximum(hz, 20.0) ** (octave_db / 6.02)
    sloped = np.fft.irfft(spectrum)
    sloped *= 10 ** (-35 / 20) / np.sqrt(np.mean(np.square(sloped)))
    assert evidence(sloped).get(Hum).level_dbfs < -55


@pytest.mark.parametrize("hz", [50.0, 60.0, 100.0])
def test_a_bass_line_does_not_hum(hz: float) -> None:
    """One note for 1.5 s, then another: each comes and goes."""
    on = np.arange(9 * RATE_HZ) // (1.5 * RATE_HZ) % 2 == 0
    fade = np.ones(RATE_HZ // 50) / (RATE_HZ // 50)
    bass = sine(hz, 9.0, -20.0) * np.convolve(on, fade, "same")
    bass += sine(hz * 1.335, 9.0, -20.0) * np.convolve(~on, fade, "same")
    assert evidence(bass + noise(9.0, -60.0)).get(Hum).level_dbfs < -55


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_a_steady_line_at_exactly_the_double_hums(fixtures: Path, mains_hz: float) -> None:
    speech = voice(fixtures)
    rectifier = sine(2 * mains_hz + 0.1, len(speech) / RATE_HZ, -34.8)
    heard = evidence(speech + rectifier).get(Hum)
    assert heard.level_dbfs == pytest.approx(-37.8, abs=1.5)
    assert heard.mains_hz == mains_hz


def test_a_single_line_near_the_double_or_one_that_swells_is_no_hum(fixtures: Path) -> None:
    speech = voice(fixtures)
    seconds = len(speech) / RATE_HZ
    fan = sine(118.6, seconds, -34.8)
    assert evidence(speech + fan).get(Hum).level_dbfs < -55
    swelling = sine(120.0, seconds, -34.8) * np.linspace(0.05, 1, len(speech))
    assert evidence(speech + swelling).get(Hum).level_dbfs < -55
    rectifier = sine(100.3, seconds, -40.0) + sine(200.6, seconds, -40.0)
    assert evidence(speech + rectifier).get(Hum).level_dbfs > -45


def test_a_hump_as_wide_as_a_rumble_is_no_line() -> None:
    """Steady noise of 8 Hz around the mains' frequency, as of a fan or the street."""
    spectrum = np.fft.rfft(noise(12.0, 0.0))
    hz = np.fft.rfftfreq(12 * RATE_HZ, 1 / RATE_HZ)
    rumble = np.fft.irfft(spectrum * np.exp(-np.square((hz - 50.0) / 4.0) / 2))
    rumble *= 10 ** (-35 / 20) / np.sqrt(np.mean(np.square(rumble)))
    assert evidence(rumble + noise(12.0, -60.0)).get(Hum).level_dbfs < -55


def test_less_than_three_seconds_do_not_tell_a_hum() -> None:
    assert not evidence(sine(50.0, 2.9, -30.0)).get(Hum).certain
    heard = evidence(sine(50.0, 3.1, -30.0)).get(Hum)
    assert heard.certain
    assert heard.listened_s == pytest.approx(3.1, abs=0.01)


def test_a_sound_voice_does_not_hum(fixtures: Path) -> None:
    assert evidence(voice(fixtures)).get(Hum).level_dbfs < -70


def labelled(corpus: Path, kind: str) -> list[dict[str, str]]:
    with (corpus / "voices" / "labels.csv").open(encoding="utf-8") as table:
        return [row for row in csv.DictReader(table) if kind in row["file"]]


def test_sources_of_the_corpus_are_found_out(corpus: Path) -> None:
    for row in labelled(corpus, "derived_upsampled"):
        data = (corpus / "voices" / row["file"]).read_bytes()
        found = Evidence(File(row["file"], data)).get(Bandwidth).bandwidth_hz
        if float(row["bandwidth"]) <= 8_000:
            assert found == pytest.approx(float(row["bandwidth"]), rel=0.15), row["file"]


def test_hum_of_the_corpus_is_measured(corpus: Path) -> None:
    for row in labelled(corpus, "derived_hum"):
        data = (corpus / "voices" / row["file"]).read_bytes()
        hum = Evidence(File(row["file"], data)).get(Hum)
        if float(row["hum_db"]) >= -50:
            assert hum.level_dbfs == pytest.approx(float(row["hum_db"]), abs=2.0), row["file"]
            assert hum.mains_hz == float(row["hum_hz"])
