"""Brings the wave back to its zero line by taking away each channel's mean.

The mean is rounded to a step of 16 bits, so that whole samples stay whole and need no dither.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from qcheck.fixes.declaration import Repaired, fix
from qcheck.media.content import Recording
from qcheck.probes.voice import DcOffset

_STEP = 2.0**-15


@fix("dc-offset", medium="voice", turn=20, answers=("dc-offset",))
def remove_dc(recording: Recording, offset: DcOffset) -> Repaired | None:
    """Take away each channel's mean."""
    means = recording.samples.mean(axis=0, dtype=np.float64)
    means = np.rint(means / _STEP) * _STEP
    if not means.any():
        return None
    centred = (recording.samples - means).astype(np.float32)
    left = float(np.abs(centred.mean(axis=0, dtype=np.float64)).max())
    return Repaired(
        (dataclasses.replace(recording, samples=centred),),
        f"offset of {offset.offset_share:.2%} of full scale taken away, {left:.4%} is left",
    )
