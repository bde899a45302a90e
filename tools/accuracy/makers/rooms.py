"""Rooms, music and second speakers, made on clean voices."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
import soxr

from tools.accuracy.makers import Made, makes
from tools.accuracy.makers.files import wav

# Sets of clean voices with one known speaker each.
CLEAN = ("libri_clean", "p808_nsd_clean")


def speech_power(samples: np.ndarray, rate_hz: int) -> float:
    """Mean square of the 50 ms frames within 25 dB of the loud ones."""
    length = max(1, rate_hz // 20)
    frames = samples[: len(samples) // length * length].reshape(-1, length)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    return float(power[power > np.percentile(power, 95) * 10**-2.5].mean())


def levelled(samples: np.ndarray, rate_hz: int, dbfs: float = -24.0) -> np.ndarray:
    gain = np.sqrt(10 ** (dbfs / 10) / max(speech_power(samples, rate_hz), 1e-12))
    return np.asarray(samples * gain).astype(np.float32)


def unclipped(samples: np.ndarray, rate_hz: int, **truth: float | str) -> Made:
    peak = float(np.abs(samples).max())
    samples = samples * min(1.0, 0.97 / max(peak, 1e-9))
    return Made(wav(samples.astype(np.float32), rate_hz, "PCM_16"), ".wav", dict(truth))


def response(rate_hz: int, rng: np.random.Generator, rt60_s: float, direct_db: float) -> np.ndarray:
    """A room's impulse response: the direct sound, some early reflections, and noise that decays.

    The decay is as slow as ``rt60_s`` in the middle, slower below and faster above, as air and
    curtains make it. ``direct_db`` is the level of the direct sound against everything else.
    """
    length = int(rate_hz * min(max(1.5 * rt60_s, 0.1), 4.0))
    time_s = np.arange(length) / rate_hz
    tail = np.zeros(length)
    edges_hz = np.array([0, 250, 500, 1000, 2000, 4000, 8000, rate_hz / 2 + 1])
    slope = rng.uniform(0.0, 0.25)
    for low_hz, high_hz in pairwise(edges_hz):
        if low_hz >= rate_hz / 2:
            break
        octaves = np.log2(max(low_hz, 125) / 1000)
        decay_s = rt60_s * np.clip(1 - slope * octaves + rng.normal(0, 0.05), 0.3, 1.6)
        spectrum = np.fft.rfft(rng.standard_normal(length))
        hz = np.fft.rfftfreq(length, 1 / rate_hz)
        spectrum[(hz < low_hz) | (hz >= high_hz)] = 0
        tail += np.fft.irfft(spectrum, length) * 10 ** (-3 * time_s / decay_s)
    delay_s = rng.uniform(0.001, 0.012)
    tail[time_s < delay_s] = 0
    for _ in range(int(rng.integers(3, 9))):
        at_s = delay_s + rng.exponential(0.012)
        index = int(at_s * rate_hz)
        if index < length:
            tail[index] += rng.choice([-1, 1]) * 3 * 10 ** (-3 * at_s / rt60_s)
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    return tail


def convolved(samples: np.ndarray, tail: np.ndarray) -> np.ndarray:
    length = len(samples) + len(tail) - 1
    size = 1 << (length - 1).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(tail, size)
    return np.fft.irfft(spectrum, size)[: len(samples)]


@makes("voice")
def in_room(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, rt60_s: float, direct_db: float
) -> Made:
    """Spoken in a room of ``rt60_s``, the direct sound ``direct_db`` above the room's."""
    heard = convolved(samples, response(rate_hz, rng, rt60_s, direct_db))
    return unclipped(levelled(heard, rate_hz), rate_hz, rt60_s=rt60_s)


@makes("voice")
def in_measured_room(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, corpus: Path, room: str
) -> Made:
    """Spoken in a room of the set ``sb_rir``."""
    tail, tail_hz = soundfile.read(corpus / "voices" / "sb_rir" / f"RIRs__{room}.flac")
    tail = tail if tail.ndim == 1 else tail[:, 0]
    heard = convolved(samples, soxr.resample(tail, tail_hz, rate_hz))
    return unclipped(levelled(heard, rate_hz), rate_hz)


def music(seconds: float, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """Chords, bass, a tune and drums, of RMS 1: another piece for each ``rng``."""
    frames = int(seconds * rate_hz)
    out = np.zeros(frames)
    beat_s = 60 / rng.uniform(70, 150)
    root = 110 * 2 ** (rng.integers(0, 12) / 12)
    scale = np.array([0, 2, 4, 5, 7, 9, 11] if rng.random() < 0.5 else [0, 2, 3, 5, 7, 8, 10])
    chords = rng.permutation([0, 3, 4, 5])
    tint = rng.uniform(0.6, 1.6)
    parts = {"pad": rng.random() < 0.7, "tune": rng.random() < 0.8, "drums": rng.random() < 0.7}

    def note(hz: float, seconds: float, decay_s: float, attack_s: float) -> np.ndarray:
        time_s = np.arange(int(seconds * rate_hz)) / rate_hz
        wave = np.zeros_like(time_s)
        for harmonic in range(1, 9):
            if harmonic * hz < rate_hz / 2.2:
                beating = 1 + 0.001 * rng.normal()
                wave += np.sin(2 * np.pi * harmonic * hz * beating * time_s) / harmonic**tint
        return wave * np.exp(-time_s / decay_s) * np.minimum(1, time_s / attack_s)

    def put(wave: np.ndarray, at_s: float, gain: float) -> None:
        start = int(at_s * rate_hz)
        wave = wave[: max(0, frames - start)]
        out[start : start + len(wave)] += gain * wave

    for bar in range(int(seconds / (4 * beat_s)) + 1):
        at_s, degree = bar * 4 * beat_s, int(chords[bar % 4])
        tones = [root * 2 ** (scale[(degree + step) % 7] / 12) for step in (0, 2, 4)]
        put(note(tones[0] / 2, 3.8 * beat_s, 1.0, 0.01), at_s, 0.8)
        for tone in tones if parts["pad"] else ():
            put(note(2 * tone, 4 * beat_s, 3.0, 0.15), at_s, 0.35)
        for eighth in range(8):
            when_s = at_s + eighth * beat_s / 2
            if parts["tune"] and rng.random() < 0.6:
                tone = 4 * root * 2 ** (scale[int(rng.integers(7))] / 12)
                put(note(tone, beat_s, rng.uniform(0.1, 0.5), 0.005), when_s, 0.4)
            if parts["drums"]:
                hit = rng.standard_normal(int(0.15 * rate_hz))
                time_s = np.arange(len(hit)) / rate_hz
                put(np.diff(hit, prepend=0) * np.exp(-time_s / 0.02), when_s, 0.15)
                if eighth % 4 == 0:
                    put(np.sin(2 * np.pi * 60 * time_s) * np.exp(-time_s / 0.06), when_s, 1.2)
                elif eighth % 4 == 2:
                    put(hit * np.exp(-time_s / 0.05), when_s, 0.3)
    return np.asarray(out / np.sqrt(np.square(out).mean()))


@makes("voice")
def over_music(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, below_db: float
) -> Made:
    """Over made music, ``below_db`` below the speech."""
    played = music(len(samples) / rate_hz, rate_hz, rng)[: len(samples)]
    played = np.pad(played, (0, len(samples) - len(played)))
    gain = np.sqrt(speech_power(samples, rate_hz) / 10 ** (below_db / 10))
    return unclipped(levelled(samples + gain * played, rate_hz), rate_hz, below_db=below_db)


def equalised(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, db: float) -> np.ndarray:
    """Another microphone, or the same from elsewhere: a smooth change of up to ``db`` each way."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    low, high = rng.uniform(-db, db, 2)
    gain_db = low * np.exp(-hz / 500) + high / (1 + np.exp((3000 - hz) / 600))
    return np.fft.irfft(spectrum * 10 ** (gain_db / 20), len(samples)).astype(np.float32)


def part(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, seconds: float) -> np.ndarray:
    length = int(seconds * rate_hz)
    if len(samples) <= length:
        return samples
    start = int(rng.integers(len(samples) - length))
    return samples[start : start + length]


@cache
def _voices(corpus: Path) -> tuple[Path, ...]:
    return tuple(path for name in CLEAN for path in sorted((corpus / "voices" / name).glob("*")))


def turns(one: np.ndarray, other: np.ndarray, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """``one`` speaks, then ``other`` equally loud; often ``one`` again. Through one microphone."""
    one = levelled(part(one, rate_hz, rng, rng.uniform(3, 8)), rate_hz)
    other = levelled(part(other, rate_hz, rng, rng.uniform(3, 8)), rate_hz)
    other = other * 10 ** (rng.uniform(-3, 3) / 20)
    pause = np.zeros(int(rng.uniform(0.1, 0.5) * rate_hz))
    if rng.random() < 0.3 and len(one) > 6 * rate_hz:
        half = len(one) // 2
        whole = np.concatenate([one[:half], pause, other, pause, one[half:]])
    else:
        whole = np.concatenate([one, pause, other])
    floor = rng.standard_normal(len(whole)) * 10 ** (rng.uniform(-70, -50) / 20)
    return equalised(whole + floor, rate_hz, rng, 3.0)


@makes("voice")
def taking_turns(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, corpus: Path) -> Made:
    """With another speaker of the clean sets."""
    own = speech_power(samples, rate_hz), len(samples)
    while True:
        paths = _voices(corpus)
        other, other_hz = soundfile.read(paths[int(rng.integers(len(paths)))], dtype="float32")
        other = soxr.resample(other, other_hz, rate_hz)
        if abs(len(other) - own[1]) > 10 or abs(speech_power(other, rate_hz) / own[0] - 1) > 0.01:
            break
    return unclipped(turns(samples, other, rate_hz, rng), rate_hz, speaker_count="2")


@makes("voice")
def moved_microphone(samples: np.ndarray, rate_hz: int, rng: np.random.Generator) -> Made:
    """One speaker whose second half is louder or quieter and sounds another way."""
    half = len(samples) // 2
    second = equalised(samples[half:], rate_hz, rng, 3.0) * 10 ** (rng.uniform(-5, 5) / 20)
    whole = np.concatenate([samples[:half], second])
    return unclipped(levelled(whole, rate_hz), rate_hz, speaker_count="1")
