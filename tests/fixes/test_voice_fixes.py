"""What each repair of a voice mends, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from repairs import ISOLATED, checked, done, found, mended, wav

from qcheck.engine.options import Options
from qcheck.fixes.declaration import Wish
from qcheck.fixes.helpers.meter import loudness_lufs
from qcheck.fixes.voice.adjust_gain import adjust_gain
from qcheck.fixes.voice.encode import _rounded
from qcheck.fixes.voice.level_phrases import _phrases
from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.loudness import measure_course, measure_loudness
from qcheck.probes.voice import Loudness, Pauses, Speech, TruePeak


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    path = Path(__file__).resolve().parents[2] / "fixtures" / "voice.wav"
    return soundfile.read(path, dtype="int16")[0]


@pytest.mark.parametrize(
    ("name", "rule", "fix", "unsafe"),
    [
        ("channels.mp3", "channels", "channels", False),
        ("dc-offset.wav", "dc-offset", "dc-offset", False),
        ("edge-silence.mp3", "edge-silence", "trim", False),
        ("loudness.mp3", "loudness", "gain", False),
        ("true-peak.wav", "true-peak", "gain", False),
        ("sample-rate.wav", "sample-rate", "resample", False),
        ("long-pause.mp3", "long-pause", "pauses", True),
        ("loudness-consistency.mp3", "loudness-consistency", "level", True),
    ],
)
def test_what_its_rule_found_is_mended_and_nothing_else_appears(
    fixtures: Path, name: str, rule: str, fix: str, unsafe: bool
) -> None:
    path = fixtures / "defects" / name
    before = found(checked(path))
    assert rule in before
    after, made = mended(path, ISOLATED, unsafe=unsafe)
    assert done(made) == [fix, "encode"]
    # What a low rate has lost stays lost, and is found once there is room for it.
    lost = {"true-bandwidth"} if rule == "sample-rate" else set()
    assert found(after) <= before - {rule} | lost


@pytest.mark.parametrize("name", ["long-pause.mp3", "loudness-consistency.mp3"])
def test_what_changes_the_voice_is_not_done_unasked(fixtures: Path, name: str) -> None:
    path = fixtures / "defects" / name
    _, made = mended(path)
    assert (made.data, done(made)) == (path.read_bytes(), [])


@pytest.mark.parametrize("name", ["noise-floor.mp3", "hum.mp3", "reverberation.mp3", "music.mp3"])
def test_noise_is_never_taken_out(fixtures: Path, name: str) -> None:
    path = fixtures / "defects" / name
    _, made = mended(path, unsafe=True)
    assert (made.data, done(made)) == (path.read_bytes(), [])


def test_a_sound_voice_keeps_its_bytes(fixtures: Path) -> None:
    _, made = mended(fixtures / "voice.wav", unsafe=True)
    assert made.data == (fixtures / "voice.wav").read_bytes()


@pytest.mark.parametrize("name", ["edge-silence.mp3", "loudness.mp3", "sample-rate.wav"])
def test_mending_a_mended_file_changes_nothing(fixtures: Path, tmp_path: Path, name: str) -> None:
    _, once = mended(fixtures / "defects" / name, unsafe=True)
    path = tmp_path / "once.wav"
    path.write_bytes(once.data)
    _, twice = mended(path, unsafe=True)
    assert twice.data == once.data


def test_only_trimmed_samples_are_the_originals_bit_for_bit(
    tmp_path: Path, voice: np.ndarray
) -> None:
    quiet = np.round(np.random.default_rng(2).normal(0, 3, 3 * 48_000)).astype(np.int16)
    long = np.concatenate([quiet, voice, quiet])
    spoken = Evidence(File("v", wav(tmp_path / "v.wav", voice).read_bytes())).get(Speech).spans[0]
    after, made = mended(wav(tmp_path / "long.wav", long))
    assert "edge-silence" not in found(after)
    cut, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert soundfile.info(io.BytesIO(made.data)).subtype == "PCM_16"
    fade = 480
    inner = cut[fade:-fade]
    start = next(
        at
        for at in range(len(long) - len(cut))
        if np.array_equal(long[at + fade : at + fade + 50], inner[:50])
    )
    assert np.array_equal(long[start + fade : start + len(cut) - fade], inner)
    assert abs(int(cut[0])) <= 1
    # Every word is there.
    assert start < 3 * 48_000 + round(spoken.start_s * 48_000)
    assert start + len(cut) > 3 * 48_000 + len(voice) - 48_000


def test_loud_sound_that_is_no_speech_is_not_cut_off(tmp_path: Path, voice: np.ndarray) -> None:
    laugh = (np.random.default_rng(3).normal(0, 3000, 24_000)).astype(np.int16)
    quiet = np.zeros(72_000, np.int16)
    path = wav(tmp_path / "laugh.wav", np.concatenate([laugh, quiet, voice, quiet]))
    _, made = mended(path)
    cut, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert np.array_equal(cut[:24_000], laugh)


@pytest.mark.parametrize("level", [0.004, 0.02, 1.0])
def test_loudness_comes_to_the_target_and_the_true_peak_stays_under_its_limit(
    tmp_path: Path, voice: np.ndarray, level: float
) -> None:
    samples = voice / 32768 * level
    path = wav(tmp_path / "voice.wav", samples, subtype="PCM_24")
    _, made = mended(path, loudness_lufs=-23.0)
    evidence = Evidence(File("mended.wav", made.data))
    assert evidence.get(Loudness).integrated_lufs == pytest.approx(-23, abs=0.1)
    assert evidence.get(TruePeak).peak_dbtp <= -1


def test_a_gain_is_less_where_peaks_leave_no_room(tmp_path: Path, voice: np.ndarray) -> None:
    samples = voice / 32768 * 0.01
    samples[1000:1040] += 0.5 * np.hanning(40)
    _, made = mended(wav(tmp_path / "click.wav", samples, subtype="PCM_24"))
    evidence = Evidence(File("mended.wav", made.data))
    assert evidence.get(TruePeak).peak_dbtp == pytest.approx(-1.1, abs=0.05)
    assert evidence.get(Loudness).integrated_lufs < -25
    assert "peaks keep it from −20.0 LUFS" in made.deeds[0].says


@given(st.floats(-49, 3), st.floats(-40, 6), st.floats(-36, -8) | st.none())
def test_no_gain_ever_lifts_a_peak_over_the_limit(
    lufs: float, dbtp: float, wanted: float | None
) -> None:
    hum = np.sin(2 * np.pi * 220 * np.arange(24_000) / 48_000)[:, None].astype(np.float32)
    scale = 10 ** ((lufs - loudness_lufs(recorded(hum))) / 20)
    recording = recorded(hum * np.float32(scale))
    loudness, peak = Loudness(lufs, lufs), TruePeak(dbtp, None)
    made = adjust_gain(recording, loudness, peak, Wish(loudness_lufs=wanted))
    if made is None:
        return
    gain_db = 20 * np.log10(made.values[0].samples[100, 0] / recording.samples[100, 0])
    assert dbtp + gain_db <= -1 + 1e-3
    assert gain_db <= 0 or lufs + gain_db <= (-20 if wanted is None else wanted) + 1e-3


def recorded(samples: np.ndarray) -> Recording:
    return Recording(samples, 48_000, "WAV", "PCM float", 32, None, False)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("dbfs", [-26.0, -90.0])
def test_the_meter_agrees_with_the_rule(channels: int, dbfs: float) -> None:
    noise = np.random.default_rng(5).normal(0, 10 ** (dbfs / 20), (48_000, channels))
    sound = recorded(noise.astype(np.float32))
    ours = measure_loudness(measure_course(sound)).integrated_lufs
    assert loudness_lufs(sound) == pytest.approx(ours, abs=0.02)


def test_the_loudness_that_is_told_is_measured_on_what_was_made(
    tmp_path: Path, voice: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []

    def meter(sound: Recording) -> float:
        measured.append(sound)
        return loudness_lufs(sound)

    monkeypatch.setattr("qcheck.fixes.voice.adjust_gain.loudness_lufs", meter)
    _, made = mended(wav(tmp_path / "soft.wav", voice / 32768 * 0.01, subtype="PCM_24"))
    assert made.content.samples is measured[-1].samples
    assert "to −20.0 LUFS" in made.deeds[0].says


def test_levelled_phrases_are_nearer_to_each_other_by_another_meter(fixtures: Path) -> None:
    evidence = Evidence(File("v", (fixtures / "defects" / "loudness-consistency.mp3").read_bytes()))
    before = evidence.get(Recording)
    _, made = mended(fixtures / "defects" / "loudness-consistency.mp3", unsafe=True)

    def spread_lu(sound: Recording) -> float:
        lufs = []
        for phrase in _phrases(evidence.get(Speech).spans):
            first, last = (round(at * sound.rate_hz) for at in (phrase.start_s, phrase.end_s))
            # The standard's block, without which there is no loudness.
            if last - first >= 0.4 * sound.rate_hz:
                part = dataclasses.replace(sound, samples=sound.samples[first:last])
                lufs.append(loudness_lufs(part))
        assert len(lufs) >= 2
        return max(lufs) - min(lufs)

    assert spread_lu(made.content) < 0.5 * spread_lu(before)


def test_an_offset_is_taken_away_to_the_step_and_nothing_but_it(
    tmp_path: Path, voice: np.ndarray
) -> None:
    shifted = (voice.astype(np.int32) + 1500).clip(-32768, 32767).astype(np.int16)
    _, made = mended(wav(tmp_path / "shifted.wav", shifted))
    assert done(made) == ["dc-offset", "encode"]
    straight, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert len(np.unique(shifted.astype(int) - straight)) == 1
    assert abs(straight.mean()) <= 0.5


@pytest.mark.parametrize("live", [0, 1])
def test_the_live_channel_is_kept_sample_for_sample(
    tmp_path: Path, voice: np.ndarray, live: int
) -> None:
    pair = np.zeros((len(voice), 2), np.int16)
    pair[:, live] = voice
    after, made = mended(wav(tmp_path / "dead.wav", pair))
    assert "channels" not in found(after)
    alone, _ = soundfile.read(io.BytesIO(made.data), dtype="int16", always_2d=True)
    assert np.array_equal(alone, voice[:, None])


def test_an_inverted_channel_is_flipped_and_the_other_left_alone(
    tmp_path: Path, voice: np.ndarray
) -> None:
    second = np.roll(voice, 3)
    path = wav(tmp_path / "inverted.wav", np.stack([voice, -second], axis=1))
    after, made = mended(path)
    assert "channels" not in found(after)
    pair, _ = soundfile.read(io.BytesIO(made.data), dtype="int16")
    assert np.array_equal(pair, np.stack([voice, second], axis=1))


def test_a_much_quieter_channel_is_left_out(tmp_path: Path, voice: np.ndarray) -> None:
    path = wav(tmp_path / "quiet.wav", np.stack([voice // 8, voice], axis=1))
    _, made = mended(path)
    alone, _ = soundfile.read(io.BytesIO(made.data), dtype="int16", always_2d=True)
    assert np.array_equal(alone, voice[:, None])


def test_five_channels_become_one(tmp_path: Path, voice: np.ndarray) -> None:
    after, made = mended(wav(tmp_path / "five.wav", np.stack([voice] * 5, axis=1)))
    assert "channels" not in found(after)
    alone, _ = soundfile.read(io.BytesIO(made.data), dtype="int16", always_2d=True)
    assert np.array_equal(alone, voice[:, None])


def test_resampling_keeps_length_and_tone(tmp_path: Path) -> None:
    seconds = np.arange(2 * 22_050) / 22_050
    tone = 0.3 * np.sin(2 * np.pi * 1000 * seconds)
    options = Options(isolated=True, select=("sample-rate",))
    _, made = mended(wav(tmp_path / "tone.wav", tone, 22_050), options)
    back, rate_hz = soundfile.read(io.BytesIO(made.data))
    assert (rate_hz, len(back)) == (48_000, 96_000)
    wanted = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(96_000) / 48_000)
    assert np.abs(back[500:-500] - wanted[500:-500]).max() < 2e-4


def test_a_poor_mp3_is_no_better_as_a_wav(fixtures: Path, tmp_path: Path) -> None:
    path = fixtures / "defects" / "voice-format.mp3"
    after, made = mended(path, loudness_lufs=-26.0)
    assert made.format == "WAV"
    assert "voice-format" in found(after)
    finding = next(f for f in after.findings if f.rule == "voice-format")
    assert "no longer shows it" in finding.judgement.message


def test_a_format_that_few_take_becomes_wav(tmp_path: Path, voice: np.ndarray) -> None:
    path = tmp_path / "voice.flac"
    soundfile.write(path, voice, 48_000)
    after, made = mended(path)
    assert "voice-format" not in found(after)
    assert np.array_equal(soundfile.read(io.BytesIO(made.data), dtype="int16")[0], voice)


def test_mp3_is_written_where_it_is_asked_for_and_keeps_under_the_peak_limit(
    tmp_path: Path, voice: np.ndarray
) -> None:
    samples = voice / np.abs(voice).max() * 10 ** (-1.3 / 20)
    path = wav(tmp_path / "voice.wav", samples, subtype="PCM_24")
    after, made = mended(path, mp3=True)
    evidence = Evidence(File("voice.mp3", made.data))
    recording = evidence.get(Recording)
    assert (made.format, recording.codec) == ("MP3", "MP3")
    assert recording.bit_rate_kbps is not None
    assert recording.bit_rate_kbps >= 128
    assert evidence.get(TruePeak).peak_dbtp <= -1
    assert recording.frames == pytest.approx(len(samples), abs=48)
    assert found(after) == set()


def test_a_recording_over_the_limit_of_bytes_becomes_mp3(tmp_path: Path, voice: np.ndarray) -> None:
    (tmp_path / "qcheck.toml").write_text("[limits.file-limits]\nvoice-max-bytes = 300_000\n")
    path = wav(tmp_path / "voice.wav", voice)
    options = Options(config=tmp_path / "qcheck.toml")
    assert "file-limits" in found(checked(path, options))
    after, made = mended(path, options)
    assert (made.format, found(after)) == ("MP3", set())
    assert len(made.data) <= 300_000


def test_beyond_full_scale_is_turned_down_and_not_cut_off(
    tmp_path: Path, voice: np.ndarray
) -> None:
    samples = voice / np.abs(voice).max() * 1.5
    options = Options(isolated=True, select=("voice-format",))
    path = wav(tmp_path / "hot.wav", samples, subtype="FLOAT")
    _, made = mended(path, options, bits=16)
    kept, _ = soundfile.read(io.BytesIO(made.data))
    assert np.abs(kept - samples / 1.5).max() < 2e-4


@settings(max_examples=40)
@given(st.integers(1, 2**31), st.sampled_from([16, 24]))
def test_rounding_is_right_on_average_and_leaves_whole_steps_and_zeros(
    seed: int, bits: int
) -> None:
    rng = np.random.default_rng(seed)
    exact = rng.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 500) / 2 ** (bits - 1)
    whole = exact.astype(np.float32)[:, None]
    assert np.array_equal(_rounded(whole, bits), whole.astype(np.float64) * 2 ** (bits - 1))
    between = np.full((20_000, 1), 0.25 / 2 ** (bits - 1), np.float32)
    between[::2] = 0
    rounded = _rounded(between, bits)
    assert not rounded[::2].any()
    assert rounded[1::2].mean() == pytest.approx(0.25, abs=0.05)


def test_long_pauses_are_shortened_and_words_are_not_touched(
    tmp_path: Path, voice: np.ndarray
) -> None:
    pauses = Evidence(File("v", wav(tmp_path / "v.wav", voice).read_bytes())).get(Pauses)
    middle = max(pauses.inside, key=lambda pause: pause.seconds)
    at = round((middle.start_s + middle.end_s) / 2 * 48_000)
    noise = np.round(np.random.default_rng(1).normal(0, 3, 3 * 48_000)).astype(np.int16)
    path = wav(tmp_path / "pause.wav", np.concatenate([voice[:at], noise, voice[at:]]))
    after, made = mended(path, unsafe=True)
    assert done(made) == ["pauses", "encode"]
    assert "long-pause" not in found(after)
    short, _ = soundfile.read(io.BytesIO(made.data), dtype="int32")
    head = round(middle.start_s * 48_000)
    tail = len(voice) - round(middle.end_s * 48_000)
    dither = 2 << 8
    assert np.abs(short[:head] - (voice[:head].astype(np.int64) << 16)).max() <= dither
    assert np.abs(short[-tail:] - (voice[-tail:].astype(np.int64) << 16)).max() <= dither


def test_levelled_phrases_keep_their_own_dynamics(fixtures: Path) -> None:
    path = fixtures / "defects" / "loudness-consistency.mp3"
    before = Evidence(File("a.mp3", path.read_bytes())).get(Recording).samples[:, 0]
    _, made = mended(path, unsafe=True)
    after = Evidence(File("a.wav", made.data)).get(Recording).samples[:, 0]
    loud = np.abs(before) > 0.01
    gain = after[loud] / before[loud]
    # One gain a phrase: nearly every sample has one of a few.
    counts = np.histogram(20 * np.log10(np.abs(gain)), bins=np.arange(-20, 20, 0.1))[0]
    assert np.sort(counts)[-4:].sum() > 0.9 * loud.sum()
