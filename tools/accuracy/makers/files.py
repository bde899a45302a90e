"""The same voice at another level, length and offset."""

from __future__ import annotations

import io

import numpy as np
import soundfile
import soxr

from tools.accuracy.makers import Made, makes


def wav(samples: np.ndarray, rate_hz: int, subtype: str = "PCM_24") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format="WAV", subtype=subtype)
    return buffer.getvalue()


@makes("voice")
def at_loudness(
    samples: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    lufs: float,
    at_hz: int | None = None,
) -> Made:
    """Scaled to a loudness, at its own sample rate or ``at_hz``, by pyloudnorm's reading at 48 kHz,
    the one rate that the standard gives filters for; stored as floats, so that nothing clips.
    """
    import pyloudnorm

    if at_hz and at_hz != rate_hz:
        samples, rate_hz = soxr.resample(samples, rate_hz, at_hz, quality="VHQ"), at_hz
    wide = soxr.resample(samples.astype(np.float64), rate_hz, 48_000, quality="VHQ")
    now = pyloudnorm.Meter(48_000, filter_class="DeMan").integrated_loudness(wide)
    scaled = samples * 10 ** ((lufs - now) / 20)
    return Made(wav(scaled, rate_hz, "FLOAT"), ".wav", {"lufs": lufs})


@makes("voice")
def with_edges(
    samples: np.ndarray, rate_hz: int, rng: np.random.Generator, before_s: float, after_s: float
) -> Made:
    """Quiet room tone before and after."""
    tone = [rng.normal(0, 1e-3, round(s * rate_hz)).astype(np.float32) for s in (before_s, after_s)]
    whole = np.concatenate([tone[0], samples, tone[1]])
    return Made(wav(whole, rate_hz), ".wav", {"before_s": before_s, "after_s": after_s})


@makes("voice")
def with_pause(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, seconds: float) -> Made:
    """The recording twice, with so much room tone in between."""
    tone = rng.normal(0, 1e-3, round(seconds * rate_hz)).astype(np.float32)
    return Made(wav(np.concatenate([samples, tone, samples]), rate_hz), ".wav")


@makes("voice")
def with_offset(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, share: float) -> Made:
    """A constant added."""
    centred = (samples - samples.mean()) * (0.9 - share) / max(np.abs(samples).max(), 1e-9)
    return Made(wav(centred + share, rate_hz), ".wav", {"offset": share})


@makes("voice")
def noise_alone(samples: np.ndarray, rate_hz: int, rng: np.random.Generator, dbfs: float) -> Made:
    """As long as the recording, and nobody speaks."""
    noise = rng.normal(0, 10 ** (dbfs / 20), len(samples))
    return Made(wav(noise.astype(np.float32), rate_hz), ".wav")
