"""Noise, hum, clipping, level jumps, resampling and MP3 on clean voices."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import numpy as np
import soundfile
import soxr

from tools.accuracy.makers import Made, makes
from tools.accuracy.makers.files import wav


def mp3(samples: np.ndarray, rate_hz: int, kbps: int) -> bytes:
    """As LAME codes it at a constant rate, at the nearest sample rate that MP3 has.

    Mono at ``kbps``: half of what the same quality takes in stereo.
    """
    import av

    coded_hz = min((16_000, 22_050, 24_000, 32_000, 44_100, 48_000), key=lambda r: abs(r - rate_hz))
    if coded_hz != rate_hz:
        samples = soxr.resample(samples, rate_hz, coded_hz)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=coded_hz, layout="mono")
        stream.bit_rate = kbps * 1000
        whole = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="fltp", layout="mono")
        frame.sample_rate = coded_hz
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=coded_hz, frame_size=1152)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def decoded(data: bytes) -> tuple[np.ndarray, int]:
    samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32")
    return samples, rate_hz


def stored(
    samples: np.ndarray, rate_hz: int, kbps: int | None, back_to_wav: bool = True, **truth: float
) -> Made:
    """16 bits with triangular dither; after MP3 if wanted, decoded again or not."""
    samples = np.asarray(samples, np.float32)
    if kbps is not None:
        data = mp3(samples, rate_hz, kbps)
        if not back_to_wav:
            return Made(data, ".mp3", dict(truth))
        samples, rate_hz = decoded(data)
    return Made(wav(samples, rate_hz, "PCM_16"), ".wav", dict(truth))


def coloured(
    frames: int, rate_hz: int, rng: np.random.Generator, kind: str, corpus: Path
) -> np.ndarray:
    """Noise of RMS 1: ``white``, ``pink`` (−3 dB an octave), ``brown`` (−6), or a file of the set
    ``sb_noise``, from a random place on and round.
    """
    if kind in ("white", "pink", "brown"):
        spectrum = np.fft.rfft(rng.standard_normal(frames))
        hz = np.maximum(np.fft.rfftfreq(frames, 1 / rate_hz), 20.0)
        spectrum *= hz ** {"white": 0.0, "pink": -0.5, "brown": -1.0}[kind]
        noise = np.fft.irfft(spectrum, frames)
    else:
        path = corpus / "voices" / "sb_noise" / f"noise__{kind}.flac"
        taken, taken_hz = soundfile.read(path, always_2d=True)
        taken = soxr.resample(taken[:, 0], taken_hz, rate_hz)
        taken = np.tile(taken, -(-frames // len(taken)))
        noise = np.roll(taken, int(rng.integers(len(taken))))[:frames]
    return np.asarray(noise / np.sqrt(np.mean(np.square(noise)))).astype(np.float32)


def speech_spans(samples: np.ndarray, rate_hz: int) -> list[tuple[int, int]]:
    """Where the clean voice is within 40 dB of its loudest 50 ms: no detector of ours."""
    cell = round(rate_hz * 0.01)
    power = np.square(samples[: len(samples) // cell * cell]).reshape(-1, cell).mean(axis=1)
    smooth = np.convolve(power, np.ones(5) / 5, "same")
    loud = smooth > smooth.max() * 1e-4
    loud = np.convolve(loud, np.ones(11), "same") > 0
    changes = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    return [
        (int(a) * cell, int(b) * cell) for a, b in zip(changes[::2], changes[1::2], strict=True)
    ]


@makes("voice")
def with_noise(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    corpus: Path,
    kind: str = "white",
    dbfs: float | None = None,
    snr_db: float | None = None,
    paused_s: float = 0.0,
    pause_at_most_s: float | None = None,
) -> Made:
    """Noise of known level, or at a known distance from the mean power of the speech.

    ``paused_s``: as much silence before the noise is added, at either end and in the middle of the
    longest pause. ``pause_at_most_s``: longer pauses are cut down to it.
    """
    spans = speech_spans(samples, rate_hz)
    power = np.mean(np.concatenate([np.square(samples[a:b]) for a, b in spans]))
    if pause_at_most_s is not None:
        reach = round(pause_at_most_s / 2 * rate_hz)
        keep = np.zeros(len(samples), bool)
        for a, b in spans:
            keep[max(0, a - reach) : b + reach] = True
        samples = samples[keep]
    if paused_s:
        gap = np.zeros(round(paused_s * rate_hz), np.float32)
        middle = max(
            ((b, c) for (_, b), (c, _) in itertools.pairwise(spans)),
            key=lambda pause: pause[1] - pause[0],
            default=(len(samples), len(samples)),
        )
        at = sum(middle) // 2
        samples = np.concatenate([gap, samples[:at], gap, samples[at:], gap])
    speech_dbfs = 10 * np.log10(max(float(power), 1e-15))
    level = dbfs if dbfs is not None else speech_dbfs - (snr_db if snr_db is not None else 20.0)
    noise = coloured(len(samples), rate_hz, rng, kind, corpus) * 10 ** (level / 20)
    truth = {"noise_floor_db": level, "snr_db": speech_dbfs - level}
    return Made(wav(samples + noise, rate_hz, "PCM_24"), ".wav", truth)


@makes("voice")
def hissing(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, under_db: float) -> Made:
    """White noise as loud as the voice is from moment to moment, less so much (ITU-T P.810)."""
    noise = rng.standard_normal(len(samples)) * samples * 10 ** (-under_db / 20)
    return Made(wav((samples + noise) * 0.9, rate_hz, "PCM_24"), ".wav", {"under_db": under_db})


@makes("voice")
def humming(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    dbfs: float,
    mains_hz: float = 50.0,
    slope_db: float = 6.0,
    off_hz: float = 0.0,
    harmonics: str = "123456",
) -> Made:
    """A mains hum of this RMS level: these harmonics, each so much weaker than the one before."""
    time_s = np.arange(len(samples)) / rate_hz
    hum = sum(
        10 ** (-slope_db * (k - 1) / 20)
        * np.sin(2 * np.pi * k * (mains_hz + off_hz) * time_s + rng.uniform(0, 2 * np.pi))
        for k in map(int, harmonics)
    )
    hum = hum / np.sqrt(np.mean(np.square(hum))) * 10 ** (dbfs / 20)
    truth = {"hum_hz": mains_hz, "hum_db": dbfs}
    return Made(wav(samples + hum.astype(np.float32), rate_hz, "PCM_24"), ".wav", truth)


@makes("voice")
def clipped(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    share: float,
    how: str = "hard",
    turned_down_db: float = 0.0,
    kbps: int | None = None,
    back_to_wav: bool = True,
) -> Made:
    """Driven so high that this share of the samples is over full scale, and cut ``hard`` or
    ``soft`` (a tangent's hyperbola, as of an overdriven amplifier).
    """
    over = samples / np.quantile(np.abs(samples), 1 - share)
    cut = np.clip(over, -1.0, 1.0) if how == "hard" else np.tanh(over * 1.5) / np.tanh(1.5)
    cut = np.clip(cut, -1.0, 1.0 - 2**-15) * 10 ** (-turned_down_db / 20)
    return stored(cut, rate_hz, kbps, back_to_wav, clip_share=share)


@makes("voice")
def limited(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    gain_db: float,
    ceiling_db: float = -1.0,
    kbps: int | None = None,
) -> Made:
    """Pushed into a limiter that looks 2 ms ahead and lets go in 80 ms, as a broadcaster's:
    loud, its peaks all of one height, and none of them cut.
    """
    ceiling = 10 ** (ceiling_db / 20)
    loud = samples / np.abs(samples).max() * ceiling * 10 ** (gain_db / 20)
    needed = np.minimum(1.0, ceiling / np.maximum(np.abs(loud), 1e-9))
    ahead = max(1, round(0.002 * rate_hz))
    cell = max(1, ahead // 8)
    cells = np.minimum.reduceat(needed, np.arange(0, len(needed), cell))
    padded = np.concatenate([cells, np.ones(16)])
    lowest = np.min([padded[i : i + len(cells)] for i in range(9)], axis=0)
    release = np.exp(-cell / (0.08 * rate_hz))
    gain = np.empty(len(cells))
    now = 1.0
    for at, wanted in enumerate(lowest):
        now = wanted if wanted < now else 1.0 - (1.0 - now) * release
        now = min(now, wanted)
        gain[at] = now
    kernel = np.ones(8) / 8
    smooth = np.convolve(np.concatenate([np.ones(8), gain]), kernel)[4 : 4 + len(gain)]
    smooth = np.minimum(smooth, lowest)
    curve = np.interp(np.arange(len(loud)), np.arange(len(gain)) * cell, smooth)
    return stored(np.clip(loud * curve, -1, 1 - 2**-15), rate_hz, kbps)


@makes("voice")
def jumped(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    by_db: float,
    where: str = "pause",
    at: float = 0.5,
) -> Made:
    """Another level from a place on: in the pause nearest to this share of the recording, or there
    in the middle of a ``word``. Up or down, by chance.
    """
    place = round(at * len(samples))
    if where == "pause":
        spans = speech_spans(samples, rate_hz)
        gaps = [(b + c) // 2 for (_, b), (c, _) in itertools.pairwise(spans)]
        place = min(gaps, key=lambda gap: abs(gap - place), default=place)
    gain = np.ones(len(samples))
    quieter = 10 ** (-by_db / 20)
    gain[place:] = quieter
    if rng.random() < 0.5:
        gain = gain[0] * quieter / gain
    truth = {"jump_db": by_db, "jump_s": place / rate_hz}
    return Made(wav((samples * gain).astype(np.float32), rate_hz), ".wav", truth)


@makes("voice")
def jumped_anywhere(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    by_db: float,
    least_side_s: float,
    where: str = "anywhere",
) -> Made:
    """Another level from a place on that leaves so much speech on either side: in some ``pause``,
    in some ``word``, or ``anywhere``; up or down, and where, by chance.
    """
    spans = speech_spans(samples, rate_hz)
    spoken = np.zeros(len(samples), bool)
    for start, end in spans:
        spoken[start:end] = True
    said_s = np.cumsum(spoken) / rate_hz
    least_s = min(least_side_s, 0.45 * said_s[-1])
    possible = (said_s >= least_s) & (said_s <= said_s[-1] - least_s)
    kind = {"pause": ~spoken, "word": spoken}.get(where, np.ones(len(samples), bool))
    places = np.flatnonzero(possible & kind)
    if not len(places):
        places = np.flatnonzero(possible)
    place = int(rng.choice(places))
    gain = np.ones(len(samples))
    quieter = 10 ** (-by_db / 20)
    gain[place:] = quieter
    if rng.random() < 0.5:
        gain = gain[0] * quieter / gain
    truth = {"jump_db": by_db, "jump_s": place / rate_hz}
    return Made(wav((samples * gain).astype(np.float32), rate_hz), ".wav", truth)


@makes("voice")
def clicking(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, size: float, count: int
) -> Made:
    """Single samples that are off by so much, up or down, anywhere but at the ends."""
    edge = rate_hz // 10
    clicked = samples.copy()
    clicked[rng.integers(edge, len(samples) - edge, count)] += size * rng.choice((-1, 1), count)
    return Made(wav(np.clip(clicked, -1, 1), rate_hz), ".wav", {"clicks": count})


@makes("voice")
def faded_through(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, by_db: float
) -> Made:
    """Louder or quieter by so much from one end to the other, steadily in decibels."""
    gain_db = np.linspace(0.0, -by_db, len(samples))
    if rng.random() < 0.5:
        gain_db = gain_db[::-1]
    faded = samples * 10 ** (gain_db / 20)
    return Made(wav(faded.astype(np.float32), rate_hz), ".wav", {"fade_db": by_db})


@makes("voice")
def narrow(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    source_hz: int,
    how: str = "soxr",
    floor_dbfs: float | None = None,
    kbps: int | None = None,
    to_hz: int | None = None,
) -> Made:
    """Brought down to ``source_hz`` and up again: by ``soxr`` in high quality, by its ``quick``
    cubic, by ``ffmpeg``'s resampler, or by drawing straight ``line``s between the samples.
    """
    to_hz = to_hz or rate_hz
    low = soxr.resample(samples, rate_hz, source_hz, quality="HQ")
    if how == "soxr":
        wide = soxr.resample(low, source_hz, to_hz, quality="HQ")
    elif how == "quick":
        wide = soxr.resample(low, source_hz, to_hz, quality="QQ")
    elif how == "line":
        wide = np.interp(
            np.arange(len(low) * to_hz // source_hz) * source_hz / to_hz, np.arange(len(low)), low
        )
    else:
        import av

        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(low, np.float32).reshape(1, -1), format="fltp", layout="mono"
        )
        frame.sample_rate = source_hz
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=to_hz)
        pieces = [*resampler.resample(frame), *resampler.resample(None)]
        wide = np.concatenate([piece.to_ndarray()[0] for piece in pieces])
    wide = np.asarray(wide, np.float32)
    if floor_dbfs is not None:
        wide = wide + rng.normal(0, 10 ** (floor_dbfs / 20), len(wide)).astype(np.float32)
    return stored(wide, to_hz, kbps, bandwidth=source_hz / 2)


@makes("voice")
def as_mp3(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    kbps: int,
    back_to_wav: bool = True,
) -> Made:
    """Coded as MP3, and decoded again if wanted."""
    return stored(samples, rate_hz, kbps, back_to_wav, bitrate_src_kbps=kbps)


@makes("voice")
def dull(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, octave_db: float) -> Made:
    """As through a door: so much less an octave above 1 kHz, over a room's own noise."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / rate_hz)
    spectrum *= np.maximum(1.0, hz / 1000) ** (-octave_db / 6.02)
    quiet = np.fft.irfft(spectrum, len(samples)) + rng.normal(0, 10 ** (-75 / 20), len(samples))
    return Made(wav(quiet.astype(np.float32), rate_hz), ".wav")
