"""The noise between the words, and how far the words stand out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.probes.base import Unmeasurable
from qcheck.probes.levels import decibels, pooled
from qcheck.probes.voice import Hum, Levels, NoiseFloor, SignalToNoise, Speech, VoiceActivity

__all__ = ["estimate_floor", "measure_noise_floor", "measure_signal_to_noise"]

# Lips part and breath starts before the detector hears a word; a room rings on after one.
_BEFORE_WORD_S = 0.1
_AFTER_WORD_S = 0.2

# Half a second of pauses is ten frames of 50 ms: the least that has a level of its own.
_LEAST_PAUSE_S = 0.5
_CELLS = 5  # 50 ms of Levels' 10 ms

# Frames up to this far above the pauses' median count, in power: steady noise then reads as its
# level (mean error 0.6 dB on noise of known level), wavering noise as its energy (2.5 dB, where the
# median alone is 3.6 dB low), and breaths, clicks and unheard words stay out.
_WAVERING_DB = 10.0

# Where nobody pauses, the quietest frames are noise if they lie close together, and the quiet ends
# of words if they do not: speech alone spreads them over 8 dB and more.
_QUIETEST_PERCENT = 5.0
_PLATEAU_PERCENTS = (2.0, 10.0)
_PLATEAU_DB = 3.0


def measure_noise_floor(
    levels: Levels, voice: VoiceActivity, speech: Speech, hum: Hum
) -> NoiseFloor:
    """The level of what is heard where nobody speaks.

    Raises Unmeasurable where nobody speaks: there is no "between the words".
    """
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    sounding = _frames(levels.power, ~levels.empty)
    if not len(sounding):
        raise Unmeasurable("it is too short")
    between = _between_words(levels, voice, speech)
    pauses = _frames(levels.power, between & ~levels.empty)
    seconds = _CELLS * Levels.HOP_S
    if len(pauses) * seconds >= _LEAST_PAUSE_S:
        floor_dbfs = estimate_floor(pauses)
        return NoiseFloor(floor_dbfs, _without(hum, floor_dbfs), "pauses", len(pauses) * seconds)
    floor_dbfs = float(decibels(float(np.percentile(sounding, _QUIETEST_PERCENT))))
    without_hum_dbfs = _without(hum, floor_dbfs)
    low, high = decibels(np.percentile(sounding, _PLATEAU_PERCENTS))
    listened_s = len(sounding) * seconds * _QUIETEST_PERCENT / 100
    if high - low <= _PLATEAU_DB:
        return NoiseFloor(floor_dbfs, without_hum_dbfs, "quietest", listened_s)
    gated_s = np.count_nonzero(between & levels.empty) * Levels.HOP_S
    method = "gated" if gated_s >= 0.2 else "bound"
    return NoiseFloor(floor_dbfs, without_hum_dbfs, method, listened_s)


def estimate_floor(power: NDArray[np.float64]) -> float:
    """The level in dBFS of frames that hold noise and little else."""
    usual = power <= np.median(power) * 10 ** (_WAVERING_DB / 10)
    return float(decibels(float(power[usual].mean())))


def _without(hum: Hum, floor_dbfs: float) -> float:
    """What is left of the floor without the hum, which never explains more than 99 % of it.

    The two are measured in different ways, so the hum is given 1 dB.
    """
    both, hum_alone = 10 ** (floor_dbfs / 10), 10 ** ((hum.level_dbfs + 1) / 10)
    return float(decibels(max(both - hum_alone, both / 100)))


def measure_signal_to_noise(levels: Levels, speech: Speech, floor: NoiseFloor) -> SignalToNoise:
    """Mean power of the speech, less the noise under it, against the noise.

    Raises Unmeasurable where there is no speech.
    """
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    middles_s = _middles_s(levels)
    spoken = np.zeros(len(middles_s), bool)
    for span in speech.spans:
        spoken |= (middles_s >= span.start_s) & (middles_s <= span.end_s)
    if not spoken.any():
        raise Unmeasurable("the speech is too short")
    both = float(levels.power[spoken].mean())
    noise = 10 ** (floor.floor_dbfs / 10)
    # Where the "noise" is as loud as the speech, 20 dB below their sum is as good as nothing.
    speech_dbfs = float(decibels(max(both - noise, both / 100)))
    return SignalToNoise(
        snr_db=speech_dbfs - floor.floor_dbfs,
        without_hum_db=speech_dbfs - floor.without_hum_dbfs,
        speech_dbfs=speech_dbfs,
        floor_dbfs=floor.floor_dbfs,
        certain=floor.certain,
    )


def _middles_s(levels: Levels) -> NDArray[np.float64]:
    cells = np.arange(len(levels.power), dtype=np.float64)
    return (cells + 0.5) * Levels.HOP_S


def _between_words(levels: Levels, voice: VoiceActivity, speech: Speech) -> NDArray[np.bool_]:
    """Which 10 ms cells are safely away from every word."""
    middles_s = _middles_s(levels)
    windows = np.minimum((middles_s / VoiceActivity.HOP_S).astype(int), len(voice.probability) - 1)
    between: NDArray[np.bool_] = voice.probability[windows] < 0.35
    for span in speech.spans:
        near = (middles_s > span.start_s - _BEFORE_WORD_S) & (
            middles_s < span.end_s + _AFTER_WORD_S
        )
        between &= ~near
    return between


def _frames(power: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean square of the 50 ms frames all of whose cells are chosen."""
    frames = pooled(np.where(chosen, power, np.nan), _CELLS)
    whole: NDArray[np.float64] = frames[~np.isnan(frames)]
    return whole
