"""Anger, sadness and surprise, as a network sees them that others trained on other faces.

The network (face-api's, see ``fixtures/make/mood_net.py``) weighs seven moods against each other.
Nothing here is fitted: a mood counts as much as it outweighs calm, so people whom nobody measured
are judged as those at hand are. It is small enough to be a few matrix products.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers import weights
from qcheck.probes.portrait import AlignedFace, Mood

__all__ = ["answers", "measure_mood"]

# In the order of the network's answers.
_CALM, _JOY, _SADNESS, _ANGER, _FEAR, _DISGUST, _SURPRISE = range(7)

# Left, top, side in the aligned copy: brows to chin and ear to ear, and a tenth more on each side,
# as face-api cuts faces out.
_LEFT, _TOP, _SIDE = 5, 30, 118
_INPUT_PX = 112
# Of the pictures that it was trained on; red, green, blue.
_MEAN_LEVELS = np.array([122.782, 117.001, 104.298], np.float32)

# In and out of each block of four convolutions.
_CHANNELS = (3, 32, 64, 128, 256)
# From this many pixels a side OpenCV's filter, a call a channel, is the faster one.
_FILTERED_FROM_PX = 28

Array = NDArray[np.float32]


def measure_mood(aligned: AlignedFace) -> Mood:
    given = answers(aligned.bgr)
    calm = given[[_CALM, _JOY]]
    return Mood(
        anger=_against(given[[_ANGER, _DISGUST]], calm),
        sadness=_against(given[[_SADNESS]], calm),
        # Not against joy: astonished people laugh.
        surprise=_against(given[[_SURPRISE, _FEAR]], given[[_CALM]]),
    )


def answers(aligned_bgr: NDArray[np.uint8]) -> Array:
    """(7,): logarithms of how likely calm, joy, sadness, anger, fear, disgust and surprise are, all
    but for the same summand.
    """
    part = aligned_bgr[_TOP : _TOP + _SIDE, _LEFT : _LEFT + _SIDE]
    small = cv2.resize(part, (_INPUT_PX, _INPUT_PX), interpolation=cv2.INTER_LINEAR)
    rgb = (cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32) - _MEAN_LEVELS) / 255
    x: Array = np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32)
    layers = _layers()
    for block in range(len(_CHANNELS) - 1):
        x = _block(x, layers[4 * block : 4 * block + 4])
    top, bias = layers[-1]
    logs: Array = top[0].T @ x.mean(axis=(1, 2)) + bias
    return logs


def _against(mood: Array, rest: Array) -> float:
    """Share of ``mood`` in both, 0 to 1."""
    odds = float(np.logaddexp.reduce(mood) - np.logaddexp.reduce(rest))
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


Layer = tuple[tuple[Array, ...], Array]
"""Weights and bias. Weights are (3, 3, in) of each channel by itself and (in, out) of their mix, or
the first layer's (27, out), or the last one's (in, out).
"""


@cache
def _layers() -> list[Layer]:
    stored = weights.arrays_of("mood_net")
    codes, steps, biases = stored["codes"], iter(stored["steps"]), stored["biases"]
    at = [0, 0]

    def weight(*shape: int) -> Array:
        count = int(np.prod(shape))
        step, low = next(steps)
        part: Array = codes[at[0] : at[0] + count].reshape(shape) * step + low
        at[0] += count
        return part

    def bias(count: int) -> Array:
        at[1] += count
        return biases[at[1] - count : at[1]]

    layers: list[Layer] = []
    for block, out in enumerate(_CHANNELS[1:]):
        for convolution in range(4):
            given = _CHANNELS[block] if convolution == 0 else out
            if block == convolution == 0:
                layers.append(((weight(9 * given, out),), bias(out)))
            else:
                layers.append(((weight(3, 3, given), weight(given, out)), bias(out)))
    layers.append(((weight(_CHANNELS[-1], 7),), bias(7)))
    return layers


# Arrays are (channels, rows, columns): rows of pixels are what numpy is fast along.


def _block(x: Array, layers: list[Layer]) -> Array:
    """Halved, then three convolutions, each of all that came before it together."""
    total = np.maximum(_convolved(x, layers[0], 2), 0)
    for layer in layers[1:]:
        total = total + _convolved(np.maximum(total, 0), layer, 1)
    done: Array = np.maximum(total, 0)
    return done


def _convolved(x: Array, layer: Layer, stride: int) -> Array:
    """3 by 3, as wide as before or, with a stride of 2, half as wide."""
    parts, bias = layer
    side = x.shape[1] // stride
    if len(parts) == 1:
        mixed = parts[0].T @ np.concatenate(_windows(x, stride)).reshape(len(parts[0]), -1)
    else:
        mixed = parts[1].T @ _by_channel(x, parts[0], stride).reshape(len(x), -1)
    mixed += bias[:, None]
    done: Array = mixed.reshape(-1, side, side)
    return done


def _by_channel(x: Array, kernels: Array, stride: int) -> Array:
    if stride == 1 and x.shape[1] >= _FILTERED_FROM_PX:
        done = np.empty_like(x)
        for channel, kernel in enumerate(np.ascontiguousarray(kernels.transpose(2, 0, 1))):
            done[channel] = cv2.filter2D(x[channel], -1, kernel, borderType=cv2.BORDER_CONSTANT)
        return done
    total = np.zeros((len(x), x.shape[1] // stride, x.shape[2] // stride), np.float32)
    for place, window in enumerate(_windows(x, stride)):
        total += window * kernels[place // 3, place % 3][:, None, None]
    return total


def _windows(x: Array, stride: int) -> list[Array]:
    """The nine shifted copies that a kernel of 3 by 3 sees, beyond the edge zero.

    With a stride of 2 the edge is at the bottom and on the right, as TensorFlow pads.
    """
    edge = (1, 1) if stride == 1 else (0, 1)
    padded = np.pad(x, ((0, 0), edge, edge))
    span = stride * (x.shape[1] // stride - 1) + 1
    return [
        padded[:, i : i + span : stride, j : j + span : stride] for i in range(3) for j in range(3)
    ]
