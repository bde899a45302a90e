"""How long a room rings on after the words.

Speech stops faster than a room does: a closed mouth is silent within 50 ms, a room of 0.6 s falls
by 100 dB a second. So how the level falls, band by band and at which depth below the loud moments,
tells the room. The slope that a fifth of the falls reaches is the room's (a slow fall may be the
voice's own; Ratnam and others, "Blind estimation of reverberation time", 2003); shallow falls show
the direct sound, deep ones the room.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.probes.helpers import weights
from qcheck.probes.voice import Heard, Music, Reverberation, SignalToNoise, Speech

__all__ = ["describe_decays", "judge_room"]

Floats = NDArray[np.float64]

_WINDOW, _HOP = 512, 128  # 32 ms every 8 ms
_HOP_S = _HOP / Heard.RATE_HZ
# The spectra of 20 minutes at once would take 2 GB.
_BLOCK_FRAMES = 4096
_EDGES_HZ = (200, 400, 700, 1100, 1700, 2600, 4000, 7000)
_LEAST_SPEECH_S = 2.5

# Slopes over 64, 160 and 320 ms, at depths below the band's loud moments.
_SPANS = (8, 20, 40)
_DEPTHS_DB = (0.0, 10.0, 20.0, 30.0, 40.0, 55.0)
_PERCENTS = (50, 80, 95)
_STEEPEST_DB_S = 600.0
# Nearer to the floor than this, it is the floor's slope.
_ABOVE_FLOOR_DB = 4.0

# Fewer frames at a depth have no slope of their own.
_LEAST_FRAMES = 20

# Louder noise that comes and goes reads as a room, and is a finding of its own.
_LEAST_SNR_DB = 15.0

# A room that rings is sometimes half taken for music.
_SURELY_MUSIC = 0.9

_FAR = 4.0  # standard deviations: beyond, the fit has seen nothing


def judge_room(heard: Heard, speech: Speech, noise: SignalToNoise, music: Music) -> Reverberation:
    """Raises Unmeasurable without speech; Inapplicable with too little of it, or over loud noise or
    music.
    """
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    if speech.speech_s < _LEAST_SPEECH_S:
        raise Inapplicable("less than 2.5 s of speech do not tell the room")
    if noise.snr_db < _LEAST_SNR_DB:
        raise Inapplicable("the noise hides how the room rings on")
    if music.likelihood > _SURELY_MUSIC:
        raise Inapplicable("the music's notes ring on as a room does")
    found = describe_decays(heard.samples)
    fitted = weights.arrays_of("reverberation")
    signal = (np.where(np.isnan(found), fitted["mean"], found) - fitted["mean"]) / fitted["scale"]
    signal = np.clip(signal, -_FAR, _FAR)
    hidden = np.maximum(signal @ fitted["hidden"] + fitted["hidden_zero"], 0)
    logit = float(hidden @ fitted["out"] + fitted["zero"])
    return Reverberation(float(1 / (1 + np.exp(-np.clip(logit, -30, 30)))))


def describe_decays(samples: NDArray[np.float32]) -> Floats:
    """What tells a room from none, in any scale: (n,). NaN where nothing falls so deep."""
    level = _levels(samples)
    loud = np.percentile(level, 95, axis=0)
    floor = np.percentile(level, 3, axis=0)
    depth = loud - level
    found: list[float] = []
    for span in _SPANS:
        slope = _slopes(level, span)
        middle = depth[span // 2 : span // 2 + len(slope)]
        clear = (level - floor)[span - 1 : span - 1 + len(slope)] > _ABOVE_FLOOR_DB
        for shallow, deep in pairwise(_DEPTHS_DB):
            falling = clear & (slope < 0) & (middle >= shallow) & (middle < deep)
            steepness = -slope[falling]
            if len(steepness) >= _LEAST_FRAMES:
                found += list(np.log(np.percentile(steepness, _PERCENTS) + 10))
            else:
                found += [np.nan] * len(_PERCENTS)
    # How the time is shared between the depths: a room fills the gaps.
    shares = np.histogram(depth, bins=(-99, 5, 10, 15, 20, 25, 30, 35, 40, 50, 199))[0]
    found += list(np.log(shares / depth.size + 0.003))
    # And how much of it is near the floor: steady noise stays there, a room only passes through.
    near = np.histogram(level - floor, bins=(-99, 2, 4, 6, 9, 12, 16, 20, 299))[0]
    found += list(np.log(near / level.size + 0.003))
    # How fast the level changes at all: modulation of 2 to 5 Hz against 8 to 20 Hz.
    found += list(_modulation(level, loud))
    found.append(float(np.mean(loud - floor)))
    return np.array(found)


def _slopes(level: Floats, span: int) -> Floats:
    """(n, bands): least-squares slope in dB a second over each ``span`` frames."""
    time = (np.arange(span) - (span - 1) / 2) * _HOP_S
    kernel = time / np.square(time).sum()
    windows = np.lib.stride_tricks.sliding_window_view(level, span, axis=0)
    slopes: Floats = windows @ kernel
    return np.maximum(slopes, -_STEEPEST_DB_S)


def _modulation(level: Floats, loud: Floats) -> Floats:
    bounded = np.maximum(level, loud - 40)
    bounded = bounded - bounded.mean(axis=0)
    spectrum = np.square(np.abs(np.fft.rfft(bounded, axis=0))).mean(axis=1)
    hz = np.fft.rfftfreq(len(bounded), _HOP_S)
    energy = [spectrum[(hz >= low) & (hz < 2 * low)].sum() + 1e-9 for low in (1, 2, 4, 8, 16)]
    ratios: Floats = np.diff(np.log(energy))
    return ratios


def _levels(samples: NDArray[np.float32]) -> Floats:
    """(frames, bands): level in dB of each band."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    edges = [round(hz * _WINDOW / Heard.RATE_HZ) for hz in _EDGES_HZ]
    power = np.empty((len(windows), len(edges) - 1), np.float32)
    for at in range(0, len(windows), _BLOCK_FRAMES):
        spectra = np.fft.rfft(windows[at : at + _BLOCK_FRAMES] * _hann())
        each = np.square(spectra.real) + np.square(spectra.imag)
        for band, (low, high) in enumerate(pairwise(edges)):
            power[at : at + _BLOCK_FRAMES, band] = each[:, low:high].mean(axis=1)
    decibels: Floats = 10 * np.log10(power.astype(np.float64) + 1e-12)
    return decibels


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
