"""What detectors of speech miss, and what gates, telephones and cars do to a voice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr

from tools.accuracy.makers import Made, makes
from tools.accuracy.makers.files import wav
from tools.accuracy.makers.sound import coloured, speech_spans

_BLEND_S = 0.03


def speech_power(samples: np.ndarray, rate_hz: int) -> float:
    """Mean square of the speech, for noise at a known distance from it."""
    spans = speech_spans(samples, rate_hz)
    return float(np.mean(np.concatenate([np.square(samples[a:b]) for a, b in spans])))


def vowel(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, seconds: float, pitch: float
) -> np.ndarray:
    """One of the loudest quarters of a second, ``pitch`` times as high, drawn out, of RMS 1."""
    piece = round(0.25 * rate_hz)
    count = len(samples) // piece
    power = np.square(samples[: count * piece].reshape(count, piece)).mean(axis=1)
    chosen = int(rng.choice(np.argsort(power)[-max(3, count // 8) :]))
    taken = samples[chosen * piece : (chosen + 1) * piece]
    taken = soxr.resample(taken, rate_hz * pitch, rate_hz)
    blend = min(round(_BLEND_S * rate_hz), len(taken) // 3)
    fade = np.linspace(0.0, 1.0, blend)
    drawn = taken
    while len(drawn) < seconds * rate_hz:
        joint = drawn[-blend:] * (1 - fade) + taken[:blend] * fade
        drawn = np.concatenate([drawn[:-blend], joint, taken[blend:]])
    drawn = drawn[: round(seconds * rate_hz)]
    time = np.linspace(0.0, 1.0, len(drawn))
    drawn = drawn * np.minimum(1.0, np.minimum(time, 1 - time) * 12)
    return np.asarray(drawn / np.sqrt(np.mean(np.square(drawn)) + 1e-12))


def in_a_room(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, room_dbfs: float | None
) -> Made:
    """Turned down where it would clip, over a room's noise; without one, the zeros stay zeros."""
    loud = samples / max(1.0, float(np.abs(samples).max()) / 0.95)
    if room_dbfs is None:
        return Made(wav(loud.astype(np.float32), rate_hz, "PCM_24"), ".wav", {})
    noisy = loud + rng.normal(0, 10 ** (room_dbfs / 20), len(loud))
    truth = {"noise_floor_db": room_dbfs}
    return Made(wav(noisy.astype(np.float32), rate_hz, "PCM_24"), ".wav", truth)


@makes("voice")
def crying(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    where: str = "before",
    room_dbfs: float | None = -65.0,
) -> Made:
    """Two to five loud cries ``before`` or ``after`` some normal speech: its own vowels, up to an
    octave and a half higher and 10 dB louder.
    """
    loud = np.sqrt(speech_power(samples, rate_hz))
    parts = []
    for _ in range(int(rng.integers(2, 6))):
        cry = vowel(samples, rate_hz, rng, rng.uniform(0.4, 1.5), rng.uniform(1.4, 2.8))
        parts += [cry * loud * 10 ** (rng.uniform(0, 10) / 20)]
        parts += [np.zeros(round(rng.uniform(0.1, 0.6) * rate_hz))]
    cries = np.concatenate(parts)
    said = samples[: round(rng.uniform(2.5, 6.0) * rate_hz)]
    both = [cries, said] if where == "before" else [said, np.zeros(round(0.4 * rate_hz)), cries]
    return in_a_room(np.concatenate(both), rate_hz, rng, room_dbfs)


@makes("voice")
def sung(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    room_dbfs: float | None = None,
    padded_s: float = 2.0,
) -> Made:
    """Phrases of three to six long notes of the voice's own vowels, with silence around."""
    notes = 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
    parts = [np.zeros(round(padded_s * rate_hz))]
    for _ in range(int(rng.integers(2, 5))):
        for _ in range(int(rng.integers(3, 7))):
            pitch = float(rng.choice(notes)) * 1.1
            parts.append(vowel(samples, rate_hz, rng, rng.uniform(0.3, 1.2), pitch) * 0.1)
        parts.append(np.zeros(round(rng.uniform(0.3, 1.0) * rate_hz)))
    parts.append(np.zeros(round(padded_s * rate_hz)))
    return in_a_room(np.concatenate(parts), rate_hz, rng, room_dbfs)


@makes("voice")
def gated(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, hiss_dbfs: float | None = None
) -> Made:
    """Exact zeros wherever nobody speaks, with hiss in the words if wanted."""
    sound = samples * 0.12 / np.sqrt(speech_power(samples, rate_hz))
    if hiss_dbfs is not None:
        sound = sound + rng.normal(0, 10 ** (hiss_dbfs / 20), len(sound))
    hold = round(0.06 * rate_hz)
    gate = np.zeros(len(sound))
    for start, end in speech_spans(samples, rate_hz):
        gate[max(0, start - hold) : end + hold] = 1.0
    truth = {} if hiss_dbfs is None else {"noise_floor_db": hiss_dbfs}
    return Made(wav((sound * gate).astype(np.float32), rate_hz, "PCM_24"), ".wav", truth)


@makes("voice")
def one_side(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, dithered: bool = False
) -> Made:
    """One side of a talk: a few turns, and digital silence while the other one speaks."""
    parts = []
    for start in range(0, len(samples), 3 * rate_hz):
        parts += [samples[start : start + 3 * rate_hz]]
        parts += [np.zeros(round(rng.uniform(2.0, 6.0) * rate_hz))]
    both = np.concatenate(parts)
    if dithered:
        both = both + rng.triangular(-1, 0, 1, len(both)) / 32768
    return Made(wav(both.astype(np.float32), rate_hz, "PCM_24"), ".wav", {})


@makes("voice")
def with_wavering_noise(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    corpus: Path,
    below_db: float,
    course: str = "swell",
    kind: str = "pink",
    by_db: float = 30.0,
) -> Made:
    """Noise that changes by ``by_db``: it ``swell``s and sinks, ``dip``s and comes back,
    ``decay``s, ``rise``s, or wanders (``slow``); its mean at a known distance from the speech.
    """
    time = np.linspace(0.0, 1.0, len(samples))
    knots = max(4, round(len(samples) / rate_hz))
    level_db = {
        "swell": -by_db * np.abs(2 * time - 1),
        "dip": by_db * np.abs(2 * time - 1),
        "decay": -by_db * time,
        "rise": by_db * time,
        "slow": np.interp(time, np.linspace(0, 1, knots), rng.normal(0, by_db / 4, knots)),
    }[course]
    noise = coloured(len(samples), rate_hz, rng, kind, corpus) * 10 ** (level_db / 20)
    power = speech_power(samples, rate_hz) / 10 ** (below_db / 10)
    mixed = samples + noise * np.sqrt(power / np.mean(np.square(noise)))
    mixed = mixed / max(1.0, float(np.abs(mixed).max()) / 0.95)
    return Made(wav(mixed.astype(np.float32), rate_hz, "PCM_24"), ".wav", {"snr_db": below_db})


def _shaped(samples: np.ndarray, rate_hz: int, low_hz: float, high_hz: float) -> np.ndarray:
    """Between two frequencies, with a telephone's slopes."""
    hz = np.maximum(np.fft.rfftfreq(len(samples), 1 / rate_hz), 1.0)
    gain = 1 / np.sqrt(1 + (low_hz / hz) ** 8) / np.sqrt(1 + (hz / high_hz) ** 30)
    return np.fft.irfft(np.fft.rfft(samples) * gain, len(samples))


@makes("voice")
def telephoned(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    below_db: float,
    stored_hz: int = 8_000,
) -> Made:
    """Through a telephone (ITU-T G.711, µ-law), the line's noise so far below the voice."""
    line = _shaped(soxr.resample(samples, rate_hz, 8_000), 8_000, 300.0, 3_400.0)
    noise = _shaped(rng.standard_normal(len(line)), 8_000, 300.0, 3_400.0)
    power = speech_power(line, 8_000) / 10 ** (below_db / 10)
    line = line + noise * np.sqrt(power / np.mean(np.square(noise)))
    line = line * 0.8 / np.abs(line).max()
    coded = np.round(np.sign(line) * np.log1p(255 * np.abs(line)) / np.log(256) * 127) / 127
    line = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255
    if stored_hz != 8_000:
        line = soxr.resample(line, 8_000, stored_hz)
    return Made(wav(line.astype(np.float32), stored_hz, "PCM_16"), ".wav", {"snr_db": below_db})


@makes("voice")
def driven(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, below_db: float = 0.0
) -> Made:
    """With a car's rumble under 60 Hz so far below the voice; nothing else is wrong."""
    hz = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal(len(samples)))
    rumble = np.fft.irfft(spectrum / (1 + (hz / 40) ** 8) * (hz > 8), len(samples))
    return _over(samples, rate_hz, rumble, below_db)


@makes("voice")
def rumbling_mains(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    below_db: float,
    mains_hz: float = 50.0,
    slope_db: float = 8.0,
) -> Made:
    """With a mains hum and five harmonics, each so much weaker, so far below the voice."""
    time_s = np.arange(len(samples)) / rate_hz
    tones = [
        10 ** (-slope_db * k / 20)
        * np.sin(2 * np.pi * (k + 1) * mains_hz * time_s + rng.uniform(0, 2 * np.pi))
        for k in range(6)
    ]
    return _over(samples, rate_hz, np.sum(tones, axis=0), below_db)


def _over(samples: np.ndarray, rate_hz: int, under: np.ndarray, below_db: float) -> Made:
    power = speech_power(samples, rate_hz) / 10 ** (below_db / 10)
    mixed = samples + under * np.sqrt(power / np.mean(np.square(under)))
    mixed = mixed / max(1.0, float(np.abs(mixed).max()) / 0.95)
    return Made(wav(mixed.astype(np.float32), rate_hz, "PCM_24"), ".wav", {})


@makes("voice")
def hardly_spoken(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, share: float = 0.007
) -> Made:
    """One word, or a piece of it, in so long a stretch of quiet room that it fills this share."""
    spans = speech_spans(samples, rate_hz)
    start, end = max(spans, key=lambda span: float(np.square(samples[slice(*span)]).sum()))
    word = samples[start : min(end, start + round(0.5 * rate_hz))]
    room = rng.normal(0, 10 ** (-62 / 20), round(len(word) / share))
    at = int(rng.integers(len(room) - len(word)))
    room[at : at + len(word)] += word
    return Made(wav(room.astype(np.float32), rate_hz, "PCM_16"), ".wav", {})
