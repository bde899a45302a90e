"""How far the words stand out of the noise, in the pauses and under the words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.room_noise import (
    FRAME_CELLS,
    LEAST_FRAMES,
    LEAST_PAUSE_S,
    above_rumble,
    between_words,
    cells_of_frames,
    estimate_floor,
    highest_floor,
    noise_bands,
    pooled_frames,
    quietest_frames,
    room_cells,
    under_hum,
)
from qcheck.probes.helpers.sound_levels import decibels
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

__all__ = ["a_weighting", "measure_signal_to_noise", "noise_under"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Smoothing = Callable[[Floats], Floats]

_MOST_DB = 100.0

# Noise that swells where nobody pauses shows in each octave in turn, since no sound of speech fills
# them all: what each octave never falls below for two seconds is noise (R. Martin, "Noise power
# spectral density estimation based on optimal smoothing and minimum statistics", IEEE Trans. Speech
# Audio Process. 9, 2001). Clean speech leaves 25 dB and more below its level, and then it is
# not asked. It swells from the level of the pauses around by so much a second at most.
_NEVER_BELOW_S = 2.1
_OUT_OF_SPEECH_DB = -20.0
_SWELLS_DB_PER_S = 8.0
# The least of so many frames of noise lies below their mean: by so many standard deviations of the
# cube root that Wilson and Hilferty make normal.
_LEAST_OF_MANY = -1.55

# What stands out of the quietest moments around by more than so much is a breath, a click or a
# word's first sound; noise wavers by so much a second there, and a word is away from it.
_STANDS_OUT_DB = 10.0
_WAVERS_DB_PER_S = 25.0

# The noise under a word is at most what the quietest fifth of half a second before and after is;
# a fifth of frames of steady noise lie so much below its mean.
_NEAR_S = 0.5
_NEAR_PERCENT = 20.0
_LOW_GIVEN_DB = 2.0

# Energy is a mean over some frames. People judge a background by what is usually there: by the
# median of about a second (rank with the background scores of ITU-T P.835: .97, with means .93).
_MEAN_FRAMES = 5
_MEDIAN_FRAMES = 25
_MEDIAN_GIVEN = 1.05  # noise of the width of hearing has its median so much below its mean

# A tone hides noise that lies this far below it (Johnston, "Transform coding of audio signals using
# perceptual noise criteria", IEEE J. Sel. Areas Commun. 6, 1988: 14.5 dB and more): what follows
# the words counts that much less than what fills the pauses.
_HIDDEN_DB = 14.5
# Vowels are the loud part of speech below, and have next to nothing above. A telephone's band ends
# before: in it, nothing tells hiss from a vowel.
_VOWEL_HZ = (100.0, 1_000.0)
_VOWEL_PERCENT = 60.0
_ABOVE_VOWELS_HZ = 4_000.0
_HEARD_HZ = 20_000.0


def measure_signal_to_noise(
    levels: Levels,
    voice: VoiceActivity,
    speech: Speech,
    floor: NoiseFloor,
    hum: Hum,
    spectrogram: Spectrogram,
) -> SignalToNoise:
    """Mean power of the speech, less the noise under it, against the noise.

    Raises Unmeasurable where there is no speech.
    """
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    spoken = during(speech.spans, spectrogram.middles_s)
    if not spoken.any():
        raise Unmeasurable("the speech is too short")
    between = between_words(levels, voice, speech)
    pauses = room_cells(levels, between)
    frames = pooled_frames(levels.power, pauses)
    if (
        len(frames) * FRAME_CELLS * Levels.HOP_S < LEAST_PAUSE_S
        or estimate_floor(frames) > highest_floor(levels, between)[1]
    ):
        pauses = np.zeros_like(pauses)
    resting = pauses[cells_of_frames(levels, spectrogram)]

    def quiet(weights: Floats) -> Mask:
        if np.count_nonzero(resting) >= LEAST_FRAMES:
            return resting
        return quietest_frames(levels, spectrogram, weights)

    plain = np.ones(len(spectrogram.edges_hz) - 1)
    noise = noise_bands(levels, pauses, spectrogram)
    weights = a_weighting(_middles_hz(spectrogram)) * above_rumble(spectrogram)
    weights[under_hum(hum, noise, spectrogram)] = 0.0
    speech_power, noise_power, _ = _speech_and_noise(
        spectrogram, spoken, quiet(plain), plain, _mean
    )
    heard_power, pause_power, found = _speech_and_noise(
        spectrogram, spoken, quiet(weights), weights, _median
    )
    words = spectrogram.bands[spoken].astype(np.float64)
    hidden_db = _follows(words, spectrogram.edges_hz) - _HIDDEN_DB
    under_power = heard_power * 10 ** (hidden_db / 10)
    return SignalToNoise(
        heard_db=_ratio(heard_power, pause_power + under_power),
        between_db=_ratio(heard_power, pause_power),
        snr_db=_ratio(speech_power, noise_power),
        speech_dbfs=float(decibels(speech_power)),
        floor_dbfs=floor.floor_dbfs,
        certain=floor.certain or found or bool(pauses.any()),
    )


def _ratio(speech: float, noise: float) -> float:
    """In dB; 0 where the noise is as loud as the speech or louder."""
    return max(float(decibels(speech) - decibels(noise)), 0.0)


def _speech_and_noise(
    spectrogram: Spectrogram, spoken: Mask, quiet: Mask, weights: Floats, smoothed: Smoothing
) -> tuple[float, float, bool]:
    """Mean power of the speech alone and of the noise over the whole recording, weighted.

    And whether most of that noise was found under the words.
    """
    course = spectrogram.bands.astype(np.float64) @ weights
    along, swelling = noise_under(spectrogram, quiet, weights, smoothed)
    under = np.minimum(along, _locally_low(course, spectrogram.middles_s))[spoken]
    both = float(course[spoken].mean())
    # Where the "noise" is as loud as the speech, 20 dB below their sum is as good as nothing.
    return max(both - float(under.mean()), both / 100), float(along.mean()), swelling


def noise_under(
    spectrogram: Spectrogram, quiet: Mask, weights: Floats, smoothed: Smoothing
) -> tuple[Floats, bool]:
    """(frames,): the power of the noise, weighted, in the pauses and under the words.

    ``quiet``: (frames,), which hold noise alone. And whether most of it was found elsewhere.
    """
    middles_s = spectrogram.middles_s
    course = spectrogram.bands.astype(np.float64) @ weights
    every = np.flatnonzero(quiet)
    resting = _mean(course[every])
    usual = _highest(middles_s, every, resting, _WAVERS_DB_PER_S) * 10 ** (_STANDS_OUT_DB / 10)
    at = every[course[every] <= usual[every]]
    along = np.interp(middles_s, middles_s[at], smoothed(course[at]))
    low = _locally_low(course, middles_s) * 10 ** (_LOW_GIVEN_DB / 10)
    along = np.where(quiet, along, np.minimum(along, low))
    never_below = _never_below(spectrogram, weights)
    around = _mean_around(course, _frames_in(_NEVER_BELOW_S, middles_s))
    never_below[never_below < around * 10 ** (_OUT_OF_SPEECH_DB / 10)] = 0.0
    highest = _highest(middles_s, every, resting, _SWELLS_DB_PER_S)
    under: Floats = np.maximum(along, np.minimum(never_below, highest))
    return under, bool(under.sum() >= 2 * along.sum())


def _highest(
    middles_s: Floats, at: NDArray[np.int64], power: Floats, swells_db_per_s: float
) -> Floats:
    """(frames,): what noise that has ``power`` in the frames ``at`` can reach in all."""
    level_db = np.full(len(middles_s), np.inf)
    level_db[at] = decibels(power)
    slope = swells_db_per_s * middles_s
    since = np.minimum.accumulate(level_db - slope) + slope
    until = np.minimum.accumulate((level_db + slope)[::-1])[::-1] - slope
    highest: Floats = 10 ** (np.minimum(since, until) / 10)
    return highest


def _never_below(spectrogram: Spectrogram, weights: Floats) -> Floats:
    """(frames,): the sum of what each octave does not fall below in some two seconds around."""
    edges_hz = spectrogram.edges_hz
    first = [int(np.argmax(edges_hz >= _VOWEL_HZ[0]))]
    while (following := int(np.argmax(edges_hz >= 2 * edges_hz[first[-1]]))) > first[-1]:
        if following >= len(weights):
            break
        first.append(following)
    octaves = np.add.reduceat(spectrogram.bands.astype(np.float64) * weights, first, axis=1)
    frames = min(_frames_in(_NEVER_BELOW_S, spectrogram.middles_s), len(octaves))
    windows = np.lib.stride_tricks.sliding_window_view
    lowest = windows(octaves, frames, axis=0).min(axis=-1)
    # The highest of the windows that a frame lies in: noise that swells is then followed.
    ends = np.pad(lowest, ((frames - 1, frames - 1), (0, 0)))
    opened = windows(ends, frames, axis=0).max(axis=-1)
    bins = np.diff(np.append(edges_hz[first], edges_hz[-1])) / spectrogram.bin_hz
    degrees = np.maximum(2.0, bins * 4 / 3)
    spread = 2 / (9 * degrees)
    of_mean = np.maximum(1 - spread + _LEAST_OF_MANY * np.sqrt(spread), 0.1) ** 3
    total: Floats = (opened / of_mean).sum(axis=1)
    return total


def _frames_in(seconds: float, middles_s: Floats) -> int:
    hop_s = float(middles_s[1] - middles_s[0]) if len(middles_s) > 1 else seconds
    return max(1, round(seconds / hop_s))


def _mean(course: Floats) -> Floats:
    return _mean_around(course, _MEAN_FRAMES)


def _median(course: Floats) -> Floats:
    reach = _MEDIAN_FRAMES // 2
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(course, reach, mode="edge"), 2 * reach + 1
    )
    median: Floats = np.median(windows, axis=1) * _MEDIAN_GIVEN
    return median


def _mean_around(course: Floats, frames: int) -> Floats:
    """(frames,): the mean of so many around each."""
    reach = frames // 2
    around = np.pad(course, reach, mode="edge")
    mean: Floats = np.convolve(around, np.ones(2 * reach + 1) / (2 * reach + 1), "valid")
    return mean


def _locally_low(course: Floats, middles_s: Floats) -> Floats:
    """(frames,): what the quietest fifth of the frames around each one reaches."""
    reach = _frames_in(_NEAR_S, middles_s)
    around = np.pad(course, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1)
    rank = int(_NEAR_PERCENT / 100 * windows.shape[1])
    low: Floats = np.partition(windows, rank, axis=1)[:, rank]
    return low


def _follows(words: Floats, edges_hz: Floats) -> float:
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


def a_weighting(hz: Floats) -> Floats:
    """IEC 61672-1's A, as a factor on power: 1 at 1 kHz."""
    f2 = np.square(hz)
    amplitude = (
        12194.0**2
        * f2**2
        / ((f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2))
    )
    weights: Floats = np.square(amplitude) * 10**0.2
    return weights


def _middles_hz(spectrogram: Spectrogram) -> Floats:
    edges_hz = spectrogram.edges_hz
    middles: Floats = np.sqrt(np.maximum(edges_hz[:-1], 10.0) * edges_hz[1:])
    return middles
