"""Turns the whole recording up or down to the loudness that is wanted.

One gain for all of it: the dynamics stay the speaker's. Where peaks leave no room for the loudness
that is wanted, the gain is less; nothing is squeezed by a limiter. The loudness that it comes to is
measured on what was made, by another meter than the rule's.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from qcheck.core.units import quantity
from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.fixes.helpers.meter import loudness_lufs
from qcheck.media.content import Recording
from qcheck.probes.voice import Loudness, TruePeak

# Less than dither and rounding move a peak by.
_MARGIN_DB = 0.1
_LEAST_DB = 0.05
# Near BS.1770's absolute gate of −70 LUFS a gain lifts quiet blocks over it, and loudness rises by
# less than the gain: it is set in steps, each by what the last one came to.
_STEPS = 5
_CLOSE_LU = 0.005


def _wished(wish: Wish) -> bool:
    return wish.loudness_lufs is not None


@fix("gain", medium="voice", turn=70, answers=("loudness", "true-peak"), wished=_wished)
def adjust_gain(
    recording: Recording, loudness: Loudness, peak: TruePeak, wish: Wish
) -> Repaired | None:
    """Turn up or down to the loudness that is wanted, as far as true peaks allow."""
    low = wish.limit("loudness", "warn_below_lufs")
    high = wish.limit("loudness", "warn_above_lufs")
    highest_dbtp = wish.limit("true-peak", "warn_above_dbtp")
    target = (low + high) / 2 if wish.loudness_lufs is None else wish.loudness_lufs
    off = not low <= loudness.integrated_lufs <= high or wish.loudness_lufs is not None
    wanted_db = _gain_to(target, recording) if off else 0.0
    room_db = highest_dbtp - peak.peak_dbtp
    # A peak that is within the limit stays as it is; one that is moved keeps a little away from it.
    room_db = max(room_db - _MARGIN_DB, 0.0) if room_db >= 0 else room_db - _MARGIN_DB
    gain_db = min(wanted_db, room_db)
    if abs(gain_db) < _LEAST_DB:
        return None
    louder = _turned(recording, gain_db)
    lufs, dbtp = loudness.integrated_lufs, peak.peak_dbtp
    says = (
        f"turned {'up' if gain_db > 0 else 'down'} by {quantity(abs(gain_db), 'dB')}: "
        f"{quantity(lufs, 'LUFS')} to {quantity(loudness_lufs(louder), 'LUFS')}, "
        f"true peak {quantity(dbtp, 'dBTP')} to {quantity(dbtp + gain_db, 'dBTP')}"
    )
    if gain_db < wanted_db - _LEAST_DB and off:
        says += f"; peaks keep it from {quantity(target, 'LUFS')}"
    return Repaired((louder,), says)


def _gain_to(target_lufs: float, recording: Recording) -> float:
    gain_db = 0.0
    for _ in range(_STEPS):
        lacking_lu = target_lufs - loudness_lufs(_turned(recording, gain_db))
        if abs(lacking_lu) < _CLOSE_LU:
            break
        gain_db += lacking_lu
    return gain_db


def _turned(recording: Recording, gain_db: float) -> Recording:
    samples = (recording.samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)
    return dataclasses.replace(recording, samples=samples)
