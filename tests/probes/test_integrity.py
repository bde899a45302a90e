"""Clipping, digital silence and dropouts."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import RATE_HZ, Wave, evidence, noise, recording, sine, voice

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.integrity import find_clipping, find_digital_silence, runs_of_true
from qcheck.probes.voice import Clicks, Clipping, DigitalSilence, Dropouts


def stored(samples: Wave) -> Wave:
    """As a file of 16 bits gives it back."""
    return np.round(np.clip(samples, -1, 1 - 2**-15) * 32768) / 32768


@given(st.lists(st.booleans(), max_size=60))
def test_runs_are_those_of_a_loop(flags: list[bool]) -> None:
    starts, ends = runs_of_true(np.array(flags, bool))
    covered = [False] * len(flags)
    for start, end in zip(starts, ends, strict=True):
        assert start == 0 or not flags[start - 1]
        covered[start:end] = [True] * (end - start)
    assert covered == flags


@pytest.mark.parametrize("turned_down_db", [0.0, -6.0, -12.0])
@pytest.mark.parametrize("over_db", [3.0, 12.0])
def test_hard_clipping_is_found_however_it_was_turned_down(
    fixtures: Path, over_db: float, turned_down_db: float
) -> None:
    speech = voice(fixtures)
    loud = speech / np.abs(speech).max() * 10 ** (over_db / 20)
    share = np.mean(np.abs(loud) >= 1)
    clipped = find_clipping(recording(stored(np.clip(loud, -1, 1) * 10 ** (turned_down_db / 20))))
    assert clipped.share == pytest.approx(share, rel=0.3)
    assert clipped.ceiling_dbfs == pytest.approx(turned_down_db, abs=0.01)
    at = np.abs(loud).argmax() / RATE_HZ
    assert any(span.start_s - 0.01 <= at <= span.end_s + 0.01 for span in clipped.spans)


def test_a_sound_voice_at_any_level_has_no_flat_peak(fixtures: Path) -> None:
    speech = voice(fixtures) / np.abs(voice(fixtures)).max()
    for gain_db in (0.0, -10.0, -30.0, -50.0):
        assert find_clipping(recording(stored(speech * 10 ** (gain_db / 20)))).share == 0.0


@settings(max_examples=25, deadline=None)
@given(
    hz=st.floats(90.0, 4000.0),
    dbfs=st.floats(-30.0, -0.1),
    rate_hz=st.sampled_from([16_000, 48_000]),
)
def test_the_top_of_a_wave_is_not_flat(hz: float, dbfs: float, rate_hz: int) -> None:
    wobble = sine(3.1, 1.0, 0.0, rate_hz) * 0.1 + 0.9
    assert find_clipping(recording(stored(sine(hz, 1.0, dbfs, rate_hz) * wobble))).share < 1e-3


@pytest.mark.parametrize("how", ["hard", "soft"])
def test_a_cut_is_seen_after_filtering_by_the_shape_of_the_peaks(fixtures: Path, how: str) -> None:
    """A low-pass at 12 kHz, as of MP3 at 64 kbit/s, leaves no two equal samples."""
    speech = voice(fixtures)
    over = speech / np.quantile(np.abs(speech), 0.997)
    cut = np.clip(over, -1, 1) if how == "hard" else np.tanh(1.5 * over)
    sound, damaged = (find_clipping(recording(filtered(wave) * 0.5)) for wave in (over, cut))
    assert not sound.spans
    assert damaged.spans
    assert not damaged.exact
    assert damaged.degree > sound.degree + 0.5


def filtered(wave: Wave) -> Wave:
    spectrum = np.fft.rfft(wave)
    spectrum[np.fft.rfftfreq(len(wave), 1 / RATE_HZ) > 12_000] = 0
    return np.asarray(np.fft.irfft(spectrum, len(wave)))


@settings(max_examples=10, deadline=None)
@given(gain_db=st.floats(-25, 10))
def test_the_shape_of_peaks_does_not_depend_on_their_level(gain_db: float) -> None:
    random = np.random.default_rng(3)
    wave = sine(140.0, 3.0, -6.0) * (1 + 0.3 * random.normal(0, 1, 60).repeat(RATE_HZ // 20))
    cut = filtered(np.clip(wave + noise(3.0, -40.0), -0.6, 0.6))
    moved = find_clipping(recording(cut * 10 ** (gain_db / 20)))
    assert moved.flattening == pytest.approx(find_clipping(recording(cut)).flattening, abs=0.05)


def test_an_overdriven_voice_is_found_after_a_lossy_codec(fixtures: Path) -> None:
    speech = voice(fixtures)
    driven = np.tanh(2.5 * speech / np.quantile(np.abs(speech), 0.98))
    buffer = io.BytesIO()
    soundfile.write(buffer, 0.8 * driven, RATE_HZ, format="OGG", subtype="VORBIS")
    coded = soundfile.read(io.BytesIO(buffer.getvalue()))[0]
    found = evidence(coded).get(Clipping)
    assert not found.exact
    assert found.flattening > 1.0
    assert found.share > 0.001
    assert len(found.spans) > 1


def test_a_pure_tone_is_not_overdriven() -> None:
    swelling = sine(400.0, 4.0, -3.0) * np.linspace(0.2, 1.0, 4 * RATE_HZ)
    assert evidence(swelling + noise(4.0, -60.0)).get(Clipping).spans == ()


def test_one_side_alone_is_found() -> None:
    wave = sine(200.0, 1.0, -3.0) + noise(1.0, -50.0)
    clipped = find_clipping(recording(stored(np.minimum(wave, 0.4))))
    assert clipped.share > 0.05


def test_gates_are_found_between_sounds_and_not_at_the_edges() -> None:
    sound = noise(0.5, -30.0)
    zeros = np.zeros(RATE_HZ // 4)
    silence = find_digital_silence(
        recording(
            np.concatenate([zeros, sound, zeros, sound, zeros[: RATE_HZ // 20], sound, zeros])
        )
    )
    assert not silence.all_zero
    assert [(g.start_s, round(g.seconds, 3)) for g in silence.gaps] == [(0.75, 0.25)]


def test_one_live_channel_is_enough() -> None:
    sound = np.stack([noise(1.0, -60.0), np.zeros(RATE_HZ)], axis=1)
    assert find_digital_silence(recording(sound)).gaps == ()


def test_all_zeros_are_named() -> None:
    assert find_digital_silence(recording(np.zeros((RATE_HZ, 2)))).all_zero


@pytest.mark.parametrize("milliseconds", [3, 10, 100, 300])
@pytest.mark.parametrize("held", [False, True])
def test_dropouts_in_a_vowel_are_found_where_they_are(milliseconds: int, held: bool) -> None:
    """Zeros, or the last value repeated."""
    vowel = sine(180.0, 2.0, -10.0) + 0.5 * sine(720.0, 2.0, -14.0) + noise(2.0, -60.0)
    start, length = 40_000, milliseconds * RATE_HZ // 1000
    vowel[start : start + length] = vowel[start - 1] if held else 0.0
    gaps = evidence(vowel).get(Dropouts).gaps
    assert len(gaps) == 1
    assert gaps[0].start_s == pytest.approx(start / RATE_HZ, abs=0.001)
    assert gaps[0].seconds == pytest.approx(milliseconds / 1000, abs=0.001)


def test_a_gate_between_words_is_no_dropout() -> None:
    fade = np.linspace(0, 1, RATE_HZ // 20)
    word = sine(180.0, 0.5, -10.0)
    word[: len(fade)] *= fade
    word[-len(fade) :] *= fade[::-1]
    sound = evidence(np.concatenate([word, np.zeros(RATE_HZ // 5), word]))
    assert sound.get(Dropouts).gaps == ()
    assert len(sound.get(DigitalSilence).gaps) == 1


def test_a_flat_peak_is_no_dropout() -> None:
    wave = np.clip(sine(60.0, 1.0, 6.0) + noise(1.0, -60.0), -1, 1)
    assert find_clipping(recording(wave)).spans
    assert evidence(wave).get(Dropouts).gaps == ()


def test_a_sound_voice_has_no_dropout(fixtures: Path) -> None:
    for gain_db in (0.0, -30.0, -50.0):
        quiet = stored(voice(fixtures) * 10 ** (gain_db / 20))
        assert evidence(quiet).get(Dropouts).gaps == ()


def test_clipping_and_dropouts_of_the_corpus_are_told_from_none(corpus: Path) -> None:
    folder = corpus / "voices"

    def take(pattern: str, probe: type[Clipping] | type[Dropouts]) -> list[bool]:
        found = []
        for path in sorted(folder.glob(pattern)):
            measured = Evidence(File(path.name, path.read_bytes())).get(probe)
            found.append(bool(measured.spans if isinstance(measured, Clipping) else measured.gaps))
        assert found
        return found

    for kind in ("hard", "att6dB", "soft"):
        assert all(take(f"derived_clip_{kind}/*_0.0*.flac", Clipping))
        if kind != "hard":
            assert not any(take(f"derived_clip_{kind}/*_0.flac", Clipping))
    assert not any(take("p808_*/*.flac", Clipping))
    assert all(take("derived_dropout/*.flac", Dropouts))
    assert not any(take("p808_*/*.flac", Dropouts))


def test_the_file_is_what_is_measured_not_its_name() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.zeros(RATE_HZ), RATE_HZ, format="WAV")
    assert Evidence(File("loud.wav", buffer.getvalue())).get(DigitalSilence).all_zero


@pytest.mark.parametrize("size", [0.5, -0.5, 0.9])
def test_clicks_are_found_where_they_are(fixtures: Path, size: float) -> None:
    clicked = voice(fixtures).copy()
    places = np.arange(0.5, 9.5)
    clicked[(places * RATE_HZ).astype(int)] += size
    found = [span.start_s for span in evidence(np.clip(clicked, -1, 1)).get(Clicks).at]
    # One may hide in a hiss that is as sharp.
    assert len(found) >= len(places) - 2
    assert all(np.abs(places - start_s).min() < 0.001 for start_s in found)


def test_a_sound_voice_a_clipped_one_and_one_with_gaps_do_not_click(fixtures: Path) -> None:
    speech = voice(fixtures)
    clipped = stored(np.clip(4 * speech / np.abs(speech).max(), -1, 1))
    gaps = speech.copy()
    loud = int(np.abs(speech).argmax())
    gaps[loud - 300 : loud + 300] = 0.0
    assert evidence(speech).get(Clicks).at == ()
    assert evidence(clipped).get(Clicks).at == ()
    assert evidence(gaps).get(Clicks).at == ()


def test_the_cut_ends_of_a_recording_are_no_clicks(fixtures: Path) -> None:
    speech = voice(fixtures).copy()
    speech[0], speech[-1] = 0.8, -0.8
    assert evidence(speech).get(Clicks).at == ()
    assert evidence(speech[:100]).get(Clicks).at == ()
