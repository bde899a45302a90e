"""The level of the noise between the words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.room_noise import (
    AFTER_WORD_S,
    BEFORE_WORD_S,
    FRAME_CELLS,
    LEAST_PAUSE_S,
    QUIETEST_PERCENT,
    above_rumble,
    between_words,
    estimate_floor,
    highest_floor,
    noise_bands,
    pooled_frames,
    room_cells,
    under_hum,
    without_hum,
)
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.voice import (
    Hum,
    Levels,
    NoiseFloor,
    Spectrogram,
    Speech,
    VoiceActivity,
)

__all__ = ["measure_noise_floor"]

Floats = NDArray[np.float64]

_MOST_DB = 150.0  # less than 24 bits hold

# Noise is there all the time: no recording is much quieter than its noise for long.
_FAR_BELOW_DB = 20.0
_FAR_BELOW_SHARE = 0.05

# Where nobody pauses, the quietest frames are noise if they lie close together, and the quiet ends
# of words if they do not: speech alone spreads them over 8 dB and more. Long frames are the
# steadier; short ones fit into the silence before a "t". (Speech with every pause cut out, over
# noise of −35 to −60 dBFS: mean error 1.4 dB, 0.8 where a plateau is found.)
_PLATEAU_PERCENTS = (2.0, 10.0)
_PLATEAU_DB = 3.0
_SHORT_CELLS = 2  # 20 ms
_SHORT_PERCENT = 2.0
_SHORT_PLATEAU_PERCENTS = (1.0, 4.0)
# In less sound, a tenth is a handful of frames, which lie together by chance.
_LEAST_PLATEAU_S = 3.0
# The lowest fiftieth of frames of noise lies this much below their mean: a 20 ms frame of a tenth
# of the band has a standard deviation of that order.
_SHORT_BELOW_DB = 0.5


def measure_noise_floor(
    levels: Levels, voice: VoiceActivity, speech: Speech, hum: Hum, spectrogram: Spectrogram
) -> NoiseFloor:
    """The level of what is heard where nobody speaks.

    Raises Unmeasurable where nobody speaks: there is no "between the words".
    """
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    sounding = pooled_frames(levels.power, ~levels.empty)
    if not len(sounding):
        raise Unmeasurable("it is too short")
    between = between_words(levels, voice, speech)
    pauses = room_cells(levels, between)
    frames = pooled_frames(levels.power, pauses)
    listened_s = len(frames) * FRAME_CELLS * Levels.HOP_S
    gated_s = int(np.count_nonzero(between & levels.empty)) * Levels.HOP_S
    method, floor_dbfs = "", 0.0
    median_dbfs, most_dbfs = highest_floor(levels, between)
    if listened_s >= LEAST_PAUSE_S:
        floor_dbfs = estimate_floor(frames)
        quieter = decibels(sounding) < floor_dbfs - _FAR_BELOW_DB
        doubtful = floor_dbfs > most_dbfs or quieter.mean() >= _FAR_BELOW_SHARE
        method = "doubtful" if doubtful else "pauses"
        floor_dbfs = min(floor_dbfs, median_dbfs)
    if method != "pauses":
        pauses = np.zeros_like(pauses)
        floor_dbfs, level = _quietest(levels, sounding)
        otherwise = "gated" if gated_s >= BEFORE_WORD_S + AFTER_WORD_S else "bound"
        level = level and floor_dbfs <= most_dbfs
        method = "quietest" if level else method or otherwise
        listened_s = len(sounding) * FRAME_CELLS * Levels.HOP_S * QUIETEST_PERCENT / 100
    noise = noise_bands(levels, pauses, spectrogram)
    rest = without_hum(under_hum(hum, noise, spectrogram), noise, spectrogram)
    net = rest * above_rumble(spectrogram)
    share = float(net.sum()) / max(float(noise.sum()), 1e-30)
    return NoiseFloor(
        floor_dbfs=floor_dbfs,
        net_dbfs=max(floor_dbfs + float(decibels(share)), -_MOST_DB),
        method=method,
        listened_s=listened_s,
    )


def _quietest(levels: Levels, sounding: Floats) -> tuple[float, bool]:
    """The level of the quietest frames in dBFS, and whether they are all of one level."""
    enough = len(sounding) * FRAME_CELLS * Levels.HOP_S >= _LEAST_PLATEAU_S
    low, floor, high = decibels(
        np.percentile(sounding, (_PLATEAU_PERCENTS[0], QUIETEST_PERCENT, _PLATEAU_PERCENTS[1]))
    )
    if high - low <= _PLATEAU_DB:
        return float(floor), enough
    short = pooled_frames(levels.power, ~levels.empty, _SHORT_CELLS)
    low, floor, high = decibels(
        np.percentile(
            short, (_SHORT_PLATEAU_PERCENTS[0], _SHORT_PERCENT, _SHORT_PLATEAU_PERCENTS[1])
        )
    )
    return float(floor) + _SHORT_BELOW_DB, enough and bool(high - low <= _PLATEAU_DB)
