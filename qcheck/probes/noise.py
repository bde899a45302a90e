"""The noise between the words, and how far the words stand out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.sound_levels import decibels, pooled
from qcheck.probes.helpers.speech_spans import during
from qcheck.probes.voice import (
    Hum,
    Levels,
    NoiseFloor,
    SignalToNoise,
    Spectrogram,
    Speech,
    VoiceActivity,
)

__all__ = ["a_weighting", "estimate_floor", "measure_noise_floor", "measure_signal_to_noise"]

# Lips part and breath starts before the detector hears a word; a room rings on after one.
_BEFORE_WORD_S = 0.1
_AFTER_WORD_S = 0.2

# Half a second of pauses is ten frames of 50 ms: the least that has a level of its own.
_LEAST_PAUSE_S = 0.5
_CELLS = 5  # 50 ms of Levels' 10 ms
_LEAST_FRAMES = 8  # for a median
_MOST_DB = 100.0

# Frames up to this far above the pauses' median count, in power: steady noise then reads as its
# level (mean error 0.6 dB on noise of known level), wavering noise as its energy (2.5 dB, where the
# median alone is 3.6 dB low), and breaths, clicks and unheard words stay out.
_WAVERING_DB = 10.0

# Where nobody pauses, the quietest frames are noise if they lie close together, and the quiet ends
# of words if they do not: speech alone spreads them over 8 dB and more. Long frames are the
# steadier; short ones fit into the silence before a "t". (Speech with every pause cut out, over
# noise of −35 to −60 dBFS: mean error 1.4 dB, 0.8 where a plateau is found.)
_QUIETEST_PERCENT = 5.0
_PLATEAU_PERCENTS = (2.0, 10.0)
_PLATEAU_DB = 3.0
_SHORT_CELLS = 2  # 20 ms
_SHORT_PERCENT = 2.0
_SHORT_PLATEAU_PERCENTS = (1.0, 4.0)
# The lowest fiftieth of frames of noise lies this much below their mean: a 20 ms frame of a tenth
# of the band has a standard deviation of that order.
_SHORT_BELOW_DB = 0.5

# Of a voice's tones none lies below; a microphone's low cut is set there.
_RUMBLE_HZ = 100.0

# A tone hides noise that lies this far below it (Johnston, "Transform coding of audio signals using
# perceptual noise criteria", IEEE J. Sel. Areas Commun. 6, 1988: 14.5 dB and more): what follows
# the words counts that much less than what fills the pauses.
_HIDDEN_DB = 14.5
# Vowels are the loud part of speech below, and have next to nothing above.
_VOWEL_HZ = (100.0, 1_000.0)
_VOWEL_PERCENT = 60.0
_ABOVE_VOWELS_HZ = 2_000.0
_HEARD_HZ = 20_000.0


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
    between = _between_words(levels, voice, speech)
    pauses = _frames(levels.power, between & ~levels.empty)
    seconds = _CELLS * Levels.HOP_S
    if len(pauses) * seconds >= _LEAST_PAUSE_S:
        floor_dbfs, method = estimate_floor(pauses), "pauses"
        listened_s = len(pauses) * seconds
    else:
        floor_dbfs, level = _quietest(levels, sounding)
        gated_s = np.count_nonzero(between & levels.empty) * Levels.HOP_S
        method = "quietest" if level else "gated" if gated_s >= 0.2 else "bound"
        listened_s = len(sounding) * seconds * _QUIETEST_PERCENT / 100
    quiet = between if method == "pauses" else np.zeros_like(between)
    noise = _noise_bands(levels, quiet, spectrogram, floor_dbfs)
    deep = float(noise[spectrogram.edges_hz[:-1] < _RUMBLE_HZ].sum())
    share = max(1.0 - deep / max(float(noise.sum()), 1e-30), 1e-3)
    return NoiseFloor(
        floor_dbfs=floor_dbfs,
        without_hum_dbfs=_without(hum, floor_dbfs),
        without_rumble_dbfs=floor_dbfs + float(decibels(share)),
        method=method,
        listened_s=listened_s,
    )


def _quietest(levels: Levels, sounding: NDArray[np.float64]) -> tuple[float, bool]:
    """The level of the quietest frames in dBFS, and whether they are all of one level."""
    low, floor, high = decibels(
        np.percentile(sounding, (_PLATEAU_PERCENTS[0], _QUIETEST_PERCENT, _PLATEAU_PERCENTS[1]))
    )
    if high - low <= _PLATEAU_DB:
        return float(floor), True
    short = _frames(levels.power, ~levels.empty, _SHORT_CELLS)
    low, floor, high = decibels(
        np.percentile(
            short, (_SHORT_PLATEAU_PERCENTS[0], _SHORT_PERCENT, _SHORT_PLATEAU_PERCENTS[1])
        )
    )
    return float(floor) + _SHORT_BELOW_DB, bool(high - low <= _PLATEAU_DB)


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


def measure_signal_to_noise(
    levels: Levels,
    voice: VoiceActivity,
    speech: Speech,
    floor: NoiseFloor,
    spectrogram: Spectrogram,
) -> SignalToNoise:
    """Mean power of the speech, less the noise under it, against the noise.

    Raises Unmeasurable where there is no speech.
    """
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    spoken = during(speech.spans, _middles_s(levels))
    if not spoken.any():
        raise Unmeasurable("the speech is too short")
    speech_dbfs = _less(float(levels.power[spoken].mean()), 10 ** (floor.floor_dbfs / 10))
    elsewhere_dbfs = min(floor.without_hum_dbfs, floor.without_rumble_dbfs)
    between = _between_words(levels, voice, speech) & (floor.method == "pauses")
    noise = _noise_bands(levels, between, spectrogram, floor.floor_dbfs)
    return SignalToNoise(
        snr_db=speech_dbfs - floor.floor_dbfs,
        without_hum_db=speech_dbfs - elsewhere_dbfs,
        heard_db=_heard(spectrogram, speech, noise),
        speech_dbfs=speech_dbfs,
        floor_dbfs=floor.floor_dbfs,
        certain=floor.certain,
    )


def _less(both: float, noise: float) -> float:
    """The level in dB of what is there beside the noise.

    Where the "noise" is as loud as the speech, 20 dB below their sum is as good as nothing.
    """
    return float(decibels(max(both - noise, both / 100)))


def _noise_bands(
    levels: Levels, between: NDArray[np.bool_], spectrogram: Spectrogram, floor_dbfs: float
) -> NDArray[np.float64]:
    """(bands,): the median power of the noise in each third of an octave.

    Of the frames between the words, or of those about as quiet as the floor where there are none.
    """
    cells = np.minimum((spectrogram.middles_s / Levels.HOP_S).astype(int), len(levels.power) - 1)
    total = spectrogram.bands.sum(axis=1)
    chosen = (between & ~levels.empty)[cells]
    if np.count_nonzero(chosen) < _LEAST_FRAMES:
        chosen = (total <= 2 * 10 ** (floor_dbfs / 10)) & ~levels.empty[cells]
    if np.count_nonzero(chosen) < _LEAST_FRAMES:
        quietest = np.argsort(total + np.where(levels.empty[cells], np.float32(1e9), 0))
        chosen = np.zeros(len(total), bool)
        chosen[quietest[:_LEAST_FRAMES]] = True
    # The median of power is lower than its mean, the more so the fewer bins there are in a band
    # (Wilson and Hilferty's cube; neighbouring bins under Hann's window count for two thirds).
    degrees = np.maximum(2.0, np.diff(spectrogram.edges_hz) / spectrogram.bin_hz * 4 / 3)
    median: NDArray[np.float64] = np.median(spectrogram.bands[chosen], axis=0)
    return median / (1 - 2 / (9 * degrees)) ** 3


def _heard(spectrogram: Spectrogram, speech: Speech, noise: NDArray[np.float64]) -> float:
    """The speech against the noise between and under the words, weighted as an ear does (A)."""
    edges_hz = spectrogram.edges_hz
    middles_hz = np.sqrt(np.maximum(edges_hz[:-1], 10.0) * edges_hz[1:])
    spoken = during(speech.spans, spectrogram.middles_s)
    if not spoken.any():
        spoken[:] = True
    weights = a_weighting(middles_hz)
    between = float(noise @ weights)
    words = spectrogram.bands[spoken].astype(np.float64)
    speech_db = _less(float(words.mean(axis=0) @ weights), between)
    under_db = speech_db + _follows(words, edges_hz) - _HIDDEN_DB
    return speech_db - float(decibels(between + 10 ** (under_db / 10)))


def _follows(words: NDArray[np.float64], edges_hz: NDArray[np.float64]) -> float:
    """At most how loud the hiss is that comes and goes with the voice, in dB below the voice.

    A vowel leaves bands free in which nothing but hiss is heard; the freest tells the most.
    """
    middles_hz = (edges_hz[:-1] + edges_hz[1:]) / 2
    low = words[:, (middles_hz > _VOWEL_HZ[0]) & (middles_hz < _VOWEL_HZ[1])].sum(axis=1)
    vowels = words[low >= np.percentile(low, _VOWEL_PERCENT)]
    # The last band is the converter's own filter.
    above = (edges_hz[:-1] >= _ABOVE_VOWELS_HZ) & (edges_hz[1:] <= 0.9 * edges_hz[-1])
    if not above.any():
        return -_MOST_DB
    density = (vowels[:, above] / np.diff(edges_hz)[above]).min(axis=1)
    hiss = density * min(float(edges_hz[-1]), _HEARD_HZ) / np.maximum(vowels.sum(axis=1), 1e-30)
    return max(float(decibels(float(np.median(hiss)))), -_MOST_DB)


def a_weighting(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """IEC 61672-1's A, as a factor on power: 1 at 1 kHz."""
    f2 = np.square(hz)
    amplitude = (
        12194.0**2
        * f2**2
        / ((f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2))
    )
    weights: NDArray[np.float64] = np.square(amplitude) * 10**0.2
    return weights


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


def _frames(
    power: NDArray[np.float64], chosen: NDArray[np.bool_], cells: int = _CELLS
) -> NDArray[np.float64]:
    """Mean square of the frames, of 50 ms if not said, all of whose cells are chosen."""
    frames = pooled(np.where(chosen, power, np.nan), cells)
    whole: NDArray[np.float64] = frames[~np.isnan(frames)]
    return whole
