"""The level of the noise between the words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.room_noise import (
    AFTER_WORD_S,
    BEFORE_WORD_S,
    QUIETEST_PERCENT,
    above_rumble,
    between_words,
    noise_bands,
    room_cells,
    under_hum,
    usual,
    without_hum,
)
from qcheck.probes.helpers.sound_levels import decibels, pooled
from qcheck.probes.voice import (
    Hum,
    Levels,
    NoiseFloor,
    Spectrogram,
    Speech,
    VoiceActivity,
)

__all__ = ["estimate_floor", "measure_noise_floor"]

Floats = NDArray[np.float64]

# Half a second of pauses is ten frames of 50 ms: the least that has a level of its own.
_LEAST_PAUSE_S = 0.5
_CELLS = 5  # 50 ms of Levels' 10 ms
_MOST_DB = 150.0  # less than 24 bits hold

# Noise is there all the time, so that its level cannot lie above the recording's median. Where it
# seems to by a little, it is the median; by more, what was taken for noise is something else.
_DOUBTFUL_DB = 6.0
# A gate, or silence put around a take, leaves voices that no detector hears: beside them, noise is
# believed only so far below the median.
_GATED_DB = 6.0

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
    sounding = _frames(levels.power, ~levels.empty)
    if not len(sounding):
        raise Unmeasurable("it is too short")
    between = between_words(levels, voice, speech)
    pauses = room_cells(levels, between)
    frames = _frames(levels.power, pauses)
    listened_s = len(frames) * _CELLS * Levels.HOP_S
    gated_s = int(np.count_nonzero(between & levels.empty)) * Levels.HOP_S
    method, floor_dbfs = "", 0.0
    median_dbfs = float(decibels(float(np.median(levels.power[~levels.empty]))))
    most_dbfs = median_dbfs + (-_GATED_DB if gated_s >= _LEAST_PAUSE_S else _DOUBTFUL_DB)
    if listened_s >= _LEAST_PAUSE_S:
        floor_dbfs = estimate_floor(frames)
        method = "pauses" if floor_dbfs <= most_dbfs else "doubtful"
        floor_dbfs = min(floor_dbfs, median_dbfs)
    if method != "pauses":
        pauses = np.zeros_like(pauses)
        floor_dbfs, level = _quietest(levels, sounding)
        otherwise = "gated" if gated_s >= BEFORE_WORD_S + AFTER_WORD_S else "bound"
        level = level and floor_dbfs <= most_dbfs
        method = "quietest" if level else method or otherwise
        listened_s = len(sounding) * _CELLS * Levels.HOP_S * QUIETEST_PERCENT / 100
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
    enough = len(sounding) * _CELLS * Levels.HOP_S >= _LEAST_PLATEAU_S
    low, floor, high = decibels(
        np.percentile(sounding, (_PLATEAU_PERCENTS[0], QUIETEST_PERCENT, _PLATEAU_PERCENTS[1]))
    )
    if high - low <= _PLATEAU_DB:
        return float(floor), enough
    short = _frames(levels.power, ~levels.empty, _SHORT_CELLS)
    low, floor, high = decibels(
        np.percentile(
            short, (_SHORT_PLATEAU_PERCENTS[0], _SHORT_PERCENT, _SHORT_PLATEAU_PERCENTS[1])
        )
    )
    return float(floor) + _SHORT_BELOW_DB, enough and bool(high - low <= _PLATEAU_DB)


def estimate_floor(power: Floats) -> float:
    """The level in dBFS of frames that hold noise and little else."""
    return float(decibels(float(power[usual(power)].mean())))


def _frames(power: Floats, chosen: NDArray[np.bool_], cells: int = _CELLS) -> Floats:
    """Mean square of the frames, of 50 ms if not said, all of whose cells are chosen."""
    frames = pooled(np.where(chosen, power, np.nan), cells)
    whole: Floats = frames[~np.isnan(frames)]
    return whole
