"""Whether the level jumps at some place, as where two takes are joined.

Three things tell a gain from a voice that is raised or lowered. It moves the level of the speech;
so does a voice. It moves the noise between the words as far; a voice does not. And it leaves every
spectrum's shape as it was: where two moments sound alike, a vowel and the same vowel later, a hiss
and a hiss, they are equally loud in one take, since who speaks up also speaks brighter and farther
above the noise.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.helpers.speech_spans import during
from qcheck.probes.voice import Heard, LevelJump, Speech

__all__ = ["find_jump"]

Floats = NDArray[np.float64]

_JUMP_DB = 6.0
_GAINS_DB = (_JUMP_DB, -_JUMP_DB)
# Where the speech moves by less than a third of it, the noise alone has changed.
_LEAST_DB = _JUMP_DB / 3
# In fewer words a voice moves as far of its own: of the natural takes that seem to jump, most do
# within the first or last second (191 natural takes).
_LEAST_SIDE_S = 1.25
_MOST_SPLITS = 100
# Where the odds are this much lower, it is seven times less likely than at the best place.
_NEARLY = 2.0

# Critical bands (Zwicker, "Subdivision of the audible frequency range into critical bands", 1961),
# in spectra of 40 ms.
_EDGES_HZ = (
    60, 120, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
    3700, 4400, 5300, 6400, 7700,
)  # fmt: skip
_FRAME_S = 0.04
# A moment is described by three spectra, 10 ms apart; of long recordings an even choice of moments.
_SUBFRAMES, _SUBSTEP_S = 3, 0.01
_STEP_S = 0.02
_MOST_MOMENTS = 2_000
# The noise of 16 bits (-98 dBFS) puts as much into each of the 320 bins.
_OWN_NOISE_DB = -123.0

# Natural speech moves too, the more the shorter the stretches that are compared: a standard
# deviation of 2.5 dB between two of a second, 1.2 between two of five (93 natural takes).
_SPEECH_SPREAD = (0.5, 3.2)
_ACTIVE_DB = 25.0

# The noise's level is worth something where its quietest frames lie close together.
_NOISE_PERCENT = (3, 7, 12)
_NOISE_SPREAD_DB = 1.5
_MOST_NOISE_SPREAD_DB = 6.0
_LEAST_NOISE_DB = -100.0
_MOST_SURPRISE = 9.0  # of the noise: three standard deviations

_ALIKE = 12
_APART_S = 0.25
# Spectra of one sound differ by 3 dB from band to band, and in level (192 natural takes).
_SPREAD_DB = 3.0
# So many independent pairs are worth as much as all, which share one voice and its phrases: of 2
# to 8, what told best.
_WORTH = 6.0


def find_jump(heard: Heard, speech: Speech) -> LevelJump:
    """The size, the odds and the place of the likeliest jump by 6 dB."""
    nothing = LevelJump(0.0, 0.0, None)
    if speech.speech_s < 2 * _LEAST_SIDE_S:
        return nothing
    starts_s, density = _spectra(heard.samples)
    if not len(starts_s):
        return nothing
    level_db = decibels(density.sum(axis=2))
    middles_s = starts_s + (_FRAME_S + (_SUBFRAMES - 1) * _SUBSTEP_S) / 2
    spoken = during(speech.spans, middles_s)
    said = np.cumsum(spoken) * (speech.speech_s / max(1, int(spoken.sum())))
    possible = np.flatnonzero((said >= _LEAST_SIDE_S) & (said <= said[-1] - _LEAST_SIDE_S))
    splits = possible[:: max(1, -(-len(possible) // _MOST_SPLITS))]
    if not len(splits):
        return nothing
    changes = np.empty(len(splits))
    odds = np.empty((len(splits), 2))
    fixed, each = _SPEECH_SPREAD
    alike = _odds_of_alike(density.mean(axis=1), starts_s)
    for at, split in enumerate(splits.tolist()):
        sides = slice(0, split), slice(split, None)
        before, after = (_of_speech(level_db[side][spoken[side]].ravel()) for side in sides)
        quiet = [_of_noise(level_db[side].ravel()) for side in sides]
        changes[at] = after - before
        variance = fixed + each * (1 / said[split] + 1 / (said[-1] - said[split]))
        for sign, gain in enumerate(_GAINS_DB):
            odds[at, sign] = (changes[at] ** 2 - (changes[at] - gain) ** 2) / 2 / variance
            odds[at, sign] += _odds_of_noise(quiet[0], quiet[1], gain)
    if alike is not None:
        odds += _WORTH * alike[splits]
    odds[changes[:, None] * np.sign(_GAINS_DB) < _LEAST_DB] = 0.0
    best, sign = divmod(int(odds.argmax()), len(_GAINS_DB))
    found = float(odds[best, sign])
    if found <= 0.0:
        return nothing
    first = last = best
    while first > 0 and odds[first - 1, sign] >= found - _NEARLY:
        first -= 1
    while last + 1 < len(splits) and odds[last + 1, sign] >= found - _NEARLY:
        last += 1
    start_s, end_s = (float(middles_s[splits[index]]) for index in (first, last))
    return LevelJump(
        abs(float(changes[best])), found, Span(max(0.0, start_s - _FRAME_S), end_s + _FRAME_S)
    )


def _spectra(samples: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """When each moment starts, and its power densities: (moments, 3 spectra, 21 bands)."""
    size, within = (round(seconds * Heard.RATE_HZ) for seconds in (_FRAME_S, _SUBSTEP_S))
    lasting = size + (_SUBFRAMES - 1) * within
    possible = len(samples) - lasting + 1
    starts = np.arange(0, possible, round(_STEP_S * Heard.RATE_HZ))
    if len(starts) > _MOST_MOMENTS:
        starts = np.linspace(0, possible - 1, _MOST_MOMENTS).astype(int)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    edges = np.rint(np.array(_EDGES_HZ) * _FRAME_S).astype(int)
    scale = 2 / (size * float(np.square(window).sum()))
    density = np.empty((len(starts), _SUBFRAMES, len(edges) - 1))
    if len(starts):
        frames = np.lib.stride_tricks.sliding_window_view(samples, size)
        for part in range(_SUBFRAMES):
            power = np.square(np.abs(np.fft.rfft(frames[starts + part * within] * window, axis=1)))
            density[:, part] = np.add.reduceat(power, edges, axis=1)[:, :-1] / np.diff(edges)
    return starts / Heard.RATE_HZ, density * scale


def _of_speech(level_db: Floats) -> float:
    """Between the mean of power, which loud syllables make, and the middle of the levels."""
    ranked = np.sort(level_db)
    count = len(ranked)
    active = ranked[ranked > ranked[int(0.95 * (count - 1))] - _ACTIVE_DB]
    middling = active[(np.array([0.5, 0.7, 0.9]) * (len(active) - 1)).astype(int)].mean()
    return float(middling + decibels(float(np.mean(10 ** (active / 10))))) / 2


def _of_noise(level_db: Floats) -> tuple[float, float]:
    """The level of the quietest frames, and how far they spread."""
    low, middle, high = np.percentile(level_db, _NOISE_PERCENT)
    return float(middle), float(high - low)


def _odds_of_noise(before: tuple[float, float], after: tuple[float, float], gain: float) -> float:
    """How much likelier the noise's change is with that gain than without."""
    spread = max(before[1], after[1])
    if spread >= _MOST_NOISE_SPREAD_DB or min(before[0], after[0]) <= _LEAST_NOISE_DB:
        return 0.0
    moved = after[0] - before[0]
    variance = (_NOISE_SPREAD_DB + spread / 2) ** 2
    without = min(moved**2 / variance, _MOST_SURPRISE)
    return (without - min((moved - gain) ** 2 / variance, _MOST_SURPRISE)) / 2


def _odds_of_alike(density: Floats, starts_s: Floats) -> Floats | None:
    """(moments, gains): the mean odds of the pairs that sound alike before and from each moment on.

    A pair's levels differ by the gain, or not at all, within Cauchy's heavy tails: many only seem
    to be alike. None for too few moments that are far enough apart.
    """
    count = len(starts_s)
    near = max(1, math.ceil(_APART_S / (starts_s[-1] / max(1, count - 1) or 1.0)))
    if count < _ALIKE + 2 * near:
        return None
    level_db = decibels(density + 10 ** (_OWN_NOISE_DB / 10))
    loudness = level_db.mean(axis=1)
    shape = (level_db - loudness[:, None]).astype(np.float32)
    length = np.square(shape).sum(axis=1)
    distance = length[:, None] + length[None] - 2 * shape @ shape.T
    moments = np.arange(count)
    distance[np.abs(moments[:, None] - moments) < near] = np.inf
    nearest = np.argpartition(distance, _ALIKE - 1, axis=1)[:, :_ALIKE].ravel()
    own = np.repeat(moments, _ALIKE)
    unlike = np.maximum(distance[own, nearest], 0.0) / shape.shape[1] / _SPREAD_DB**2
    weight = (1 / (1 + unlike)).astype(np.float64)
    early, late = np.minimum(own, nearest), np.maximum(own, nearest)
    differ = loudness[late] - loudness[early]

    def across(values: Floats) -> Floats:
        """The sum over the pairs with one moment before each, and one from it on."""
        opened = np.bincount(early + 1, values, count + 1)
        closed = np.bincount(late + 1, values, count + 1)
        summed: Floats = np.cumsum(opened - closed)[:count]
        return summed

    def surprise(of_db: Floats) -> Floats:
        unlikely: Floats = np.log1p(np.square(of_db / _SPREAD_DB))
        return unlikely

    total = np.maximum(across(weight), 1e-9)
    odds = [across(weight * (surprise(differ) - surprise(differ - gain))) for gain in _GAINS_DB]
    return np.stack(odds, axis=1) / total[:, None]
