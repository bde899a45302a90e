"""Levels jumps of loudness between phrases, one gain a phrase, with short ramps in the pauses.

Unsafe, because who speaks softly may mean it. Within a phrase nothing is squeezed.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.voice import LoudnessCourse, Speech

# A breath between phrases: pauses from here on part them (Goldman-Eisler 1968, 0.25 s).
_APART_S = 0.25
# Two stretches of a second of natural speech differ by 2.5 dB (standard deviation, 93 takes), so
# that of a short phrase's difference only the part that cannot be chance is taken away.
_CHANCE_S = 0.5
_MOST_DB = 15.0
_RAMP_S = 0.05
# Loudness of a phrase: of its cells that are not far below its loudest (BS.1770's relative gate).
# Not by pyloudnorm, to which less than 0.4 s has no loudness: of 497 phrases in the 224 labelled
# voices, 8 are shorter. A test measures with it what this repair made.
_GATE_LU = 10.0


@fix("level", medium="voice", turn=40, answers=("loudness-consistency",), safe=False)
def level_phrases(
    recording: Recording, course: LoudnessCourse, speech: Speech, wish: Wish
) -> Repaired | None:
    """Level jumps of loudness between phrases."""
    phrases = _phrases(speech.spans)
    if len(phrases) < 2:
        return None
    loudness = np.array([_loudness(course, phrase) for phrase in phrases])
    seconds = np.array([phrase.seconds for phrase in phrases])
    middle = _weighted_median(loudness, seconds)
    gains_db = (middle - loudness) * seconds / (seconds + _CHANCE_S)
    gains_db = np.clip(gains_db, -_MOST_DB, _MOST_DB)
    if np.abs(gains_db).max() < 0.5:
        return None
    gain = _gain_over_time(recording, phrases, gains_db)
    levelled = (recording.samples * gain[:, None]).astype(np.float32)
    least, most = (f"{gain:+.1f}".replace("-", "\N{MINUS SIGN}") for gain in _extremes(gains_db))
    return Repaired(
        (dataclasses.replace(recording, samples=levelled),),
        f"{len(phrases)} phrases levelled, by {least} to {most} dB",
    )


def _extremes(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _phrases(spans: tuple[Span, ...]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        if found and span.start_s - found[-1].end_s < _APART_S:
            found[-1] = Span(found[-1].start_s, span.end_s)
        else:
            found.append(span)
    return found


def _loudness(course: LoudnessCourse, phrase: Span) -> float:
    first = round(phrase.start_s / LoudnessCourse.HOP_S)
    cells = course.power[first : max(first + 1, round(phrase.end_s / LoudnessCourse.HOP_S))]
    level = decibels(cells)
    mean = decibels(float(np.mean(cells)))
    loud = cells[level > mean - _GATE_LU]
    return float(decibels(float(np.mean(loud)))) if len(loud) else float(mean)


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    summed = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(summed, summed[-1] / 2)])


def _gain_over_time(
    recording: Recording, phrases: list[Span], gains_db: NDArray[np.float64]
) -> NDArray[np.float32]:
    """(frames,): one gain a phrase, changing in the middle of the pause before the next."""
    times, values = [], []
    for index, gain_db in enumerate(gains_db):
        if index:
            middle_s = (phrases[index - 1].end_s + phrases[index].start_s) / 2
            times += [middle_s - _RAMP_S / 2, middle_s + _RAMP_S / 2]
            values += [gains_db[index - 1], gain_db]
    seconds = np.arange(recording.frames) / recording.rate_hz
    course_db = np.interp(seconds, times, values)
    gain: NDArray[np.float32] = (10 ** (course_db / 20)).astype(np.float32)
    return gain
