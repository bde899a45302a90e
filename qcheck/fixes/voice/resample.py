"""Brings the recording to 48 kHz, with soxr's best quality.

It makes nothing better: what a low rate has lost stays lost, and ``true-bandwidth`` still says so.
It keeps tools that expect a usual rate from playing the voice at another speed.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from qcheck.fixes.declaration import Repaired, fix
from qcheck.media.content import Recording

_RATE_HZ = 48_000


@fix("resample", medium="voice", turn=30, answers=("sample-rate",))
def resample(recording: Recording) -> Repaired | None:
    """Resample to 48 kHz."""
    import soxr

    if recording.rate_hz == _RATE_HZ:
        return None
    samples = soxr.resample(recording.samples, recording.rate_hz, _RATE_HZ, quality="VHQ")
    made = dataclasses.replace(
        recording, samples=np.asarray(samples, np.float32).reshape(-1, recording.channels),
        rate_hz=_RATE_HZ,
    )  # fmt: skip
    return Repaired((made,), f"resampled from {recording.rate_hz / 1000:g} to 48 kHz (soxr)")
