"""Signals whose truth is known, for the tests of what listens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

RATE_HZ = 48_000
Wave = NDArray[np.float64]


def recording(samples: NDArray[np.floating], rate_hz: int = RATE_HZ) -> Recording:
    shaped = samples.reshape(len(samples), -1).astype(np.float32)
    return Recording(shaped, rate_hz, "WAV", "PCM", 16, None, False)


def evidence(samples: NDArray[np.floating], rate_hz: int = RATE_HZ) -> Evidence:
    """Everything that can be measured on ``samples``, without a file."""
    made = Evidence(File("made", b""))
    made._taken[Recording] = recording(samples, rate_hz)
    return made


def sine(hz: float, seconds: float = 1.0, dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> Wave:
    """``dbfs`` is the level of its peak."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.asarray(10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * time_s))


def noise(seconds: float, rms_dbfs: float, seed: int = 1, rate_hz: int = RATE_HZ) -> Wave:
    random = np.random.default_rng(seed)
    return random.normal(0, 10 ** (rms_dbfs / 20), round(seconds * rate_hz))


def voice(fixtures: Path) -> Wave:
    samples, rate_hz = soundfile.read(fixtures / "voice.wav")
    assert rate_hz == RATE_HZ
    return np.asarray(samples)
