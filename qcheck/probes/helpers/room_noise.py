"""Where a recording is at rest between the words, and what the noise there is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers.sound_levels import decibels, pooled
from qcheck.probes.voice import Hum, Levels, Spectrogram, Speech, VoiceActivity

__all__ = [
    "above_rumble",
    "between_words",
    "cells_of_frames",
    "estimate_floor",
    "highest_floor",
    "noise_bands",
    "pooled_frames",
    "quietest_frames",
    "room_cells",
    "under_hum",
    "usual",
    "without_hum",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Lips part and breath starts before the detector hears a word; a room rings on after one.
BEFORE_WORD_S = 0.1
AFTER_WORD_S = 0.2
_SPEAKS_AT = 0.35  # where the detector's own speech ends
# Beside digital silence a gate opens, or a sound was cut: the room is not heard there.
_BESIDE_SILENCE_S = 0.5
_LEAST_SILENCE_S = 0.1

# Half a second of pauses is ten frames of 50 ms: the least that has a level of its own.
LEAST_PAUSE_S = 0.5
FRAME_CELLS = 5  # 50 ms of Levels' 10 ms
# Noise is there all the time, so that its level cannot lie above the recording's median. Where it
# seems to by a little, it is the median; by more, what was taken for noise is something else.
_DOUBTFUL_DB = 6.0
# A gate, or silence put around a take, leaves voices that no detector hears: beside them, noise is
# believed only so far below the median.
_GATED_DB = 6.0

LEAST_FRAMES = 8  # for a median
QUIETEST_PERCENT = 5.0

# Frames up to this far above the pauses' median count, in power: steady noise then reads as its
# level (mean error 0.6 dB on noise of known level), wavering noise as its energy (2.5 dB, where the
# median alone is 3.6 dB low), and breaths, clicks and unheard words stay out.
_WAVERING_DB = 10.0

# Of a voice's tones none lies below; a microphone's low cut is set there.
_RUMBLE_HZ = 100.0
# A hum is heard in its first six multiples, and covers the noise there if it is so much of it.
_HARMONICS = 6
_HUM_SHARE = 0.05


def between_words(levels: Levels, voice: VoiceActivity, speech: Speech) -> Mask:
    """Which 10 ms cells are safely away from every word."""
    middles_s = (np.arange(len(levels.power)) + 0.5) * Levels.HOP_S
    windows = np.minimum((middles_s / VoiceActivity.HOP_S).astype(int), len(voice.probability) - 1)
    between: Mask = voice.probability[windows] < _SPEAKS_AT
    for span in speech.spans:
        near = (middles_s > span.start_s - BEFORE_WORD_S) & (middles_s < span.end_s + AFTER_WORD_S)
        between &= ~near
    return between


def room_cells(levels: Levels, between: Mask) -> Mask:
    """Which of the cells between the words hold what the room sounds like."""
    hop = Levels.HOP_S
    edges = np.diff(np.concatenate([[0], levels.empty.astype(np.int8), [0]]))
    room = between & ~levels.empty
    reach = round(_BESIDE_SILENCE_S / hop)
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    for start, stop in zip(starts, stops, strict=True):
        if (stop - start) * hop >= _LEAST_SILENCE_S:
            room[max(0, start - reach) : stop + reach] = False
    return room


def usual(power: Floats) -> Mask:
    """Which frames of the pauses are noise: all but a few that stand out."""
    usual: Mask = power <= np.median(power) * 10 ** (_WAVERING_DB / 10)
    return usual


def quietest_frames(levels: Levels, spectrogram: Spectrogram, weights: Floats) -> Mask:
    """(frames,): which are about as quiet, weighted, as the quietest twentieth."""
    course = spectrogram.bands.astype(np.float64) @ weights
    course[levels.empty[cells_of_frames(levels, spectrogram)]] = np.inf
    sounding = int(np.isfinite(course).sum())
    rank = min(sounding - 1, max(LEAST_FRAMES, int(QUIETEST_PERCENT / 100 * sounding)))
    level = np.partition(course, rank)[rank] if rank > 0 else np.inf
    quietest: Mask = course <= max(2 * float(course.min(initial=np.inf)), float(level))
    return quietest


def noise_bands(levels: Levels, pauses: Mask, spectrogram: Spectrogram) -> Floats:
    """(bands,): the median power of the noise in each third of an octave.

    Of the frames between the words, or of the quietest where there are none.
    """
    chosen = pauses[cells_of_frames(levels, spectrogram)]
    if np.count_nonzero(chosen) < LEAST_FRAMES:
        chosen = quietest_frames(levels, spectrogram, above_rumble(spectrogram))
    # The median of power is lower than its mean, the more so the fewer bins there are in a band
    # (Wilson and Hilferty's cube; neighbouring bins under Hann's window count for two thirds).
    degrees = np.maximum(2.0, np.diff(spectrogram.edges_hz) / spectrogram.bin_hz * 4 / 3)
    median: Floats = np.median(spectrogram.bands[chosen], axis=0)
    return median / (1 - 2 / (9 * degrees)) ** 3


def under_hum(hum: Hum, noise: Floats, spectrogram: Spectrogram) -> Mask:
    """(bands,): which a hum's tones cover, so that noise is not measured there; none without hum.

    ``noise``: (bands,), the power in the pauses.
    """
    reach = spectrogram.edges_hz[:-1] < _HARMONICS * hum.mains_hz + 2 * spectrogram.bin_hz
    loud = 10 ** (hum.level_dbfs / 10) >= _HUM_SHARE * float(noise[reach].sum())
    covered: Mask = reach & loud
    return covered


def without_hum(covered: Mask, noise: Floats, spectrogram: Spectrogram) -> Floats:
    """(bands,): ``noise``, taken to be as dense in the bands that are ``covered`` as above them."""
    if not covered.any() or covered.all():
        return noise
    widths_hz = np.diff(spectrogram.edges_hz)
    above = int(np.argmin(covered))
    density = float(noise[above : above + 2].sum() / widths_hz[above : above + 2].sum())
    return np.where(covered, np.minimum(noise, density * widths_hz), noise)


def above_rumble(spectrogram: Spectrogram) -> Floats:
    """(bands,): 1 for those in which voices are and that no rumble reaches, else 0.

    Hann's window spreads a tone over two bins either way, so a band that begins below is left out.
    """
    return np.where(spectrogram.edges_hz[:-1] >= _RUMBLE_HZ, 1.0, 0.0)


def cells_of_frames(levels: Levels, spectrogram: Spectrogram) -> NDArray[np.int64]:
    """(frames,): the 10 ms in the middle of each frame."""
    cells = (spectrogram.middles_s / Levels.HOP_S).astype(np.int64)
    return np.minimum(cells, len(levels.power) - 1)


def estimate_floor(power: Floats) -> float:
    """The level in dBFS of frames that hold noise and little else."""
    return float(decibels(float(power[usual(power)].mean())))


def highest_floor(levels: Levels, between: Mask) -> tuple[float, float]:
    """The recording's median level, and the highest that a noise in its pauses is believed at, in
    dBFS. ``between``: (cells,), which lie between words.
    """
    median_dbfs = float(decibels(float(np.median(levels.power[~levels.empty]))))
    gated = np.count_nonzero(between & levels.empty) * Levels.HOP_S >= LEAST_PAUSE_S
    return median_dbfs, median_dbfs + (-_GATED_DB if gated else _DOUBTFUL_DB)


def pooled_frames(power: Floats, chosen: NDArray[np.bool_], cells: int = FRAME_CELLS) -> Floats:
    """Mean square of the frames, of 50 ms if not said, all of whose cells are chosen."""
    frames = pooled(np.where(chosen, power, np.nan), cells)
    whole: Floats = frames[~np.isnan(frames)]
    return whole
