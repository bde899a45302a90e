"""Whether the level jumps at some place, as where two takes are joined, or fades on the way.

A gain moves everything by the same number of decibels: a vowel, a hiss, the noise between the
words. So moments that sound alike are looked for, a vowel and the same vowel later, noise and
noise. In one take at one gain they are equally loud. A voice that is raised moves the level too,
but it gets brighter, so that fewer moments are alike, and the noise stays where it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.probes.helpers import weights
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.helpers.speech_spans import during
from qcheck.probes.voice import AlikeMoments, Heard, LevelFade, LevelJump, Speech

__all__ = ["fade_features", "find_alike", "find_fade", "find_jump", "jump_features"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_JUMP_DB = 6.0
# The fade that is looked for: 10 dB from one end to the other, less what the first and last words
# do not reach.
_FADE_DB = 9.0

# Critical bands (Zwicker, "Subdivision of the audible frequency range into critical bands", 1961),
# in spectra of 40 ms. Bands that hold nothing, as above a telephone's, say nothing.
_EDGES_HZ = (
    60, 120, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
    3700, 4400, 5300, 6400, 7700,
)  # fmt: skip
_FRAME_S = 0.04
_STEP_S = 0.02
_MOST_MOMENTS = 1_000
_LEAST_BANDS = 6
_USED_WITHIN_DB = 70.0
_USED_ABOVE_DB = -112.0
# The noise of 16 bits (-98 dBFS) puts as much into each of the 320 bins.
_OWN_NOISE_DB = -123.0
_EMPTY_POWER = 1e-12

# The most alike of each moment that are so far apart: nearer ones are one sound.
_ALIKE = 6
_APART_S = 0.25
# Spectra of one sound differ by 3 dB from band to band (192 natural takes), so such a pair counts
# half; levels of one sound by 2 dB, with Cauchy's heavy tails, since many only seem alike.
_UNLIKE_DB2 = 9.0
_SPREAD_DB = 2.0
# Less is a consonant's end or a breath, whose level is nobody's choice.
_ACTIVE_DB = 25.0
# So many pairs must agree before they count fully.
_FEW = 5.0
# Noise counts half where the place is looked for: it is not in every pause.
_NOISE_WORTH = 0.5

# With fewer words on one side a voice moves as far of its own.
_LEAST_SIDE_S = 1.75
_LEAST_FADE_S = 4.0
# Nearer moments tell a slope no better than none.
_FADE_LAG = 0.2
_GRID_DB = np.arange(-18.0, 18.25, 0.5)
# Places whose pairs agree nearly as well as the best one's.
_NEARLY = 0.1

_NO_ODDS = -10.0


def find_alike(heard: Heard, speech: Speech) -> AlikeMoments:
    """Of long recordings an even choice of moments; none where there are too few."""
    times_s, density = _spectra(heard.samples)
    level_db = decibels(density.sum(axis=1))
    spoken = during(speech.spans, times_s)
    count = len(times_s)
    if count <= _ALIKE + 2 * _APART_S / _STEP_S:
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        return AlikeMoments(times_s, level_db, spoken, none, none, nothing, nothing)
    band_db = decibels(density + 10 ** (_OWN_NOISE_DB / 10))
    tops = np.percentile(band_db, 90, axis=0)
    used = (tops > tops.max() - _USED_WITHIN_DB) & (tops > _USED_ABOVE_DB)
    if used.sum() >= _LEAST_BANDS:
        band_db = band_db[:, used]
    loudness = band_db.mean(axis=1)
    shape = (band_db - loudness[:, None]).astype(np.float32)
    length = np.square(shape).sum(axis=1)
    distance = length[:, None] + length[None] - 2 * shape @ shape.T
    near = (
        np.searchsorted(times_s, times_s - _APART_S),
        np.searchsorted(times_s, times_s + _APART_S),
    )
    for moment, (first, last) in enumerate(zip(*near, strict=True)):
        distance[moment, first:last] = np.inf
    # Digital silence is alike everywhere.
    empty = density.sum(axis=1) < _EMPTY_POWER
    distance[empty] = distance[:, empty] = np.inf
    nearest = np.argpartition(distance, _ALIKE - 1, axis=1)[:, :_ALIKE].ravel()
    own = np.repeat(np.arange(count), _ALIKE)
    unlike = np.maximum(distance[own, nearest], 0.0) / shape.shape[1]
    known = np.isfinite(unlike)
    early, late = np.minimum(own, nearest)[known], np.maximum(own, nearest)[known]
    return AlikeMoments(
        times_s,
        level_db,
        spoken,
        early,
        late,
        unlike[known].astype(np.float64),
        loudness[late] - loudness[early],
    )


def find_jump(alike: AlikeMoments, speech: Speech) -> LevelJump:
    """The size, the odds and the place of the likeliest jump by 6 dB."""
    found = jump_features(alike, speech)
    if found is None:
        return LevelJump(0.0, _NO_ODDS, None)
    return LevelJump(found.size_db, _odds("jump", found.features), found.at)


def find_fade(alike: AlikeMoments, speech: Speech) -> LevelFade:
    """The size and the odds of a steady change of the level over the whole recording."""
    found = fade_features(alike, speech)
    if found is None:
        return LevelFade(0.0, _NO_ODDS)
    return LevelFade(found.size_db, _odds("fade", found.features))


@dataclass(frozen=True)
class Found:
    """A change of the level, and what tells whether there is one."""

    features: Floats
    """(3,): how much better alike moments of the voice agree with it than without it; those of the
    noise; and by how much the speech as a whole moves that way, in dB."""
    size_db: float
    at: Span | None


def _odds(name: str, features: Floats) -> float:
    fitted = weights.arrays_of("levels")
    return float(features @ fitted[f"{name}_slope"] + fitted[f"{name}_zero"])


def jump_features(alike: AlikeMoments, speech: Speech) -> Found | None:
    """What the likeliest jump rests on; None for less than 1.75 s of speech on either side."""
    count = len(alike.times_s)
    spoken_s = np.cumsum(alike.spoken) * (speech.speech_s / max(1, int(alike.spoken.sum())))
    possible = np.zeros(0, np.int64)
    if len(alike.early):
        least, most = _LEAST_SIDE_S, spoken_s[-1] - _LEAST_SIDE_S
        possible = np.flatnonzero((spoken_s >= least) & (spoken_s <= most))
    if not len(possible):
        return None
    agree = []
    for pairs in _pairs(alike):
        across = _Across(pairs, count)
        none = _surprise(pairs.louder_db)
        total = across.summed(pairs.weight)[possible] + _FEW
        gains = [
            across.summed(pairs.weight * (none - _surprise(pairs.louder_db - gain)))[possible]
            for gain in (_JUMP_DB, -_JUMP_DB)
        ]
        agree.append(np.stack(gains) / total)
    voice, noise = agree
    worth = voice + _NOISE_WORTH * noise
    which, best = np.unravel_index(int(worth.argmax()), worth.shape)
    split, sign = int(possible[best]), 1 - 2 * int(which)
    before, after = alike.times_s < alike.times_s[split], alike.times_s >= alike.times_s[split]
    moved_db = sign * (_of_speech(alike, after) - _of_speech(alike, before))
    features = np.array([voice[which, best], noise[which, best], moved_db])
    return Found(
        features, _size_at(alike, split), _around(alike, possible, worth[which], int(best))
    )


def fade_features(alike: AlikeMoments, speech: Speech) -> Found | None:
    """What a fade over the whole recording rests on; None for less than 4 s of speech."""
    if speech.speech_s < _LEAST_FADE_S or not len(alike.early):
        return None
    whole_s = alike.times_s[-1] - alike.times_s[0]
    agree = []
    likelihood = np.zeros(len(_GRID_DB))
    for pairs in _pairs(alike):
        lag = (alike.times_s[pairs.late] - alike.times_s[pairs.early]) / whole_s
        far = lag > _FADE_LAG
        weight, louder_db, lag = pairs.weight[far], pairs.louder_db[far], lag[far]
        off = _surprise(louder_db[None] - _GRID_DB[:, None] * lag) @ weight
        likelihood -= off
        none = off[len(_GRID_DB) // 2]
        agree.append(
            (none - np.interp((_FADE_DB, -_FADE_DB), _GRID_DB, off)) / (weight.sum() + _FEW)
        )
    voice, noise = agree
    which = int(np.argmax(voice + _NOISE_WORTH * noise))
    spoken = np.flatnonzero(alike.spoken)
    third = max(1, len(spoken) // 3)
    before, after = np.zeros(len(alike.spoken), bool), np.zeros(len(alike.spoken), bool)
    before[spoken[:third]] = after[spoken[-third:]] = True
    moved_db = (1 - 2 * which) * (_of_speech(alike, after) - _of_speech(alike, before))
    features = np.array([voice[which], noise[which], moved_db])
    return Found(features, float(_GRID_DB[likelihood.argmax()]), None)


@dataclass(frozen=True)
class _Pairs:
    """Pairs of one kind: of the voice, or of the noise between the words."""

    early: NDArray[np.int64]
    late: NDArray[np.int64]
    weight: Floats
    louder_db: Floats


def _pairs(alike: AlikeMoments) -> tuple[_Pairs, _Pairs]:
    """Those of the voice, and those of the noise, which must be more alike to count."""
    loud = alike.spoken.copy()
    if loud.any():
        loud &= alike.level_db > np.percentile(alike.level_db[alike.spoken], 90) - _ACTIVE_DB
    weight = 1 / (1 + alike.unlike / _UNLIKE_DB2)

    def chosen(kind: Bools, weight: Floats) -> _Pairs:
        both = kind[alike.early] & kind[alike.late]
        return _Pairs(alike.early[both], alike.late[both], weight[both], alike.louder_db[both])

    return chosen(loud, weight), chosen(~loud, np.square(weight))


class _Across:
    """Sums over the pairs with one moment before a place, and one from it on."""

    def __init__(self, pairs: _Pairs, count: int) -> None:
        self.pairs, self.count = pairs, count

    def summed(self, values: Floats) -> Floats:
        """(moments,): for each moment as the place."""
        opened = np.bincount(self.pairs.early + 1, values, self.count + 1)
        closed = np.bincount(self.pairs.late + 1, values, self.count + 1)
        sums: Floats = np.cumsum(opened - closed)[: self.count]
        return sums


def _surprise(of_db: Floats) -> Floats:
    unlikely: Floats = np.log1p(np.square(of_db / _SPREAD_DB))
    return unlikely


def _size_at(alike: AlikeMoments, split: int) -> float:
    """The gain that the pairs across a place agree on best."""
    likelihood = np.zeros(len(_GRID_DB))
    for pairs in _pairs(alike):
        across = (pairs.early < split) & (pairs.late >= split)
        off = _surprise(pairs.louder_db[across][None] - _GRID_DB[:, None])
        likelihood -= off @ pairs.weight[across]
    return float(_GRID_DB[likelihood.argmax()])


def _around(alike: AlikeMoments, possible: NDArray[np.int64], worth: Floats, best: int) -> Span:
    """From the first to the last place around the best one that is nearly as good."""
    first = last = best
    while first > 0 and worth[first - 1] >= worth[best] - _NEARLY:
        first -= 1
    while last + 1 < len(worth) and worth[last + 1] >= worth[best] - _NEARLY:
        last += 1
    start_s, end_s = (float(alike.times_s[possible[index]]) for index in (first, last))
    return Span(max(0.0, start_s - _FRAME_S), end_s + _FRAME_S)


def _of_speech(alike: AlikeMoments, when: Bools) -> float:
    """Between the mean of power, which loud syllables make, and the middle of the levels."""
    ranked = np.sort(alike.level_db[alike.spoken & when])
    if not len(ranked):
        return 0.0
    active = ranked[ranked > ranked[int(0.95 * (len(ranked) - 1))] - _ACTIVE_DB]
    middling = active[(np.array([0.5, 0.7, 0.9]) * (len(active) - 1)).astype(int)].mean()
    return float(middling + decibels(float(np.mean(10 ** (active / 10))))) / 2


def _spectra(samples: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """When the middle of each moment is, and its power densities: (moments, 21 bands)."""
    size = round(_FRAME_S * Heard.RATE_HZ)
    possible = len(samples) - size + 1
    starts = np.arange(0, max(0, possible), round(_STEP_S * Heard.RATE_HZ))
    if len(starts) > _MOST_MOMENTS:
        starts = np.linspace(0, possible - 1, _MOST_MOMENTS).astype(int)
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    edges = np.rint(np.array(_EDGES_HZ) * _FRAME_S).astype(int)
    if not len(starts):
        return np.zeros(0), np.zeros((0, len(edges) - 1))
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[starts] * window
    spectra = np.fft.rfft(frames, axis=1)
    power = np.square(spectra.real) + np.square(spectra.imag)
    density = np.add.reduceat(power, edges, axis=1)[:, :-1] / np.diff(edges)
    scale = 2 / (size * float(np.square(window).sum()))
    return starts / Heard.RATE_HZ + _FRAME_S / 2, density.astype(np.float64) * scale
