"""Anger, sadness and surprise: what a network that saw 36,000 faces says, and what the mesh does.

The network (mini-XCEPTION, see ``fixtures/make/mood_net.py``) reads the aligned face in grey at 64
by 64 px; it is small enough to be a few matrix products. A regularised logistic regression weighs
its seven answers together with the blendshapes and a few distances; its weights come from
``tools/accuracy/fits``.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.probes.helpers import weights
from qcheck.probes.helpers.expressions import geometry, symmetric, weighed
from qcheck.probes.portrait import AlignedFace, Face, Mood

__all__ = ["answers", "features", "measure_mood"]

_MOODS = ("anger", "sadness", "surprise")

# Left, top, side in the aligned copy: from the forehead to below the chin, as the faces of FER2013
# are cut.
_LEFT, _TOP, _SIDE = 5, 26, 118
_INPUT_PX = 64
# An answer less likely than this says no more.
_LEAST_LOG = -8.0

Array = NDArray[np.float32]


def measure_mood(aligned: AlignedFace, face: Face) -> Mood:
    seen = features(aligned, face)
    anger, sadness, surprise = (weighed(name, seen) for name in _MOODS)
    return Mood(anger=anger, sadness=sadness, surprise=surprise)


def features(aligned: AlignedFace, face: Face) -> Array:
    """(n,): the network's seven answers, blendshapes with both sides' mean, distances."""
    return np.concatenate([answers(aligned.bgr), symmetric(face), geometry(face)]).astype(
        np.float32
    )


def answers(aligned_bgr: NDArray[np.uint8]) -> Array:
    """(7,): log likelihoods of anger, disgust, fear, joy, sadness, surprise and none of them.

    The mean over the face and its mirror image.
    """
    part = aligned_bgr[_TOP : _TOP + _SIDE, _LEFT : _LEFT + _SIDE]
    small = cv2.resize(part, (_INPUT_PX, _INPUT_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32) / 127.5 - 1
    given = _network(np.stack([grey, grey[:, ::-1]])[None]).mean(axis=1)
    given = given - np.logaddexp.reduce(given)
    logs: Array = np.maximum(given, _LEAST_LOG).astype(np.float32)
    return logs


# Arrays are (channels, faces, rows, columns): rows of pixels are what numpy is fast along.


def _network(x: Array) -> Array:
    """(7, k) of k faces (1, k, 64, 64), -1 to 1."""
    w = weights.arrays_of("mood_net")
    for name in ("first1", "first2"):
        x = np.maximum(_convolved(x, w[f"{name}_w"], w[f"{name}_b"]), 0)
    for block in range(4):
        name = f"block{block}"
        side = _mixed(x[:, :, ::2, ::2], w[f"{name}_side_w"], w[f"{name}_side_b"])
        y = _separable(x, w, f"{name}_0")
        y = _separable(np.maximum(y, 0), w, f"{name}_1")
        x = side + _pooled(y)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    given: Array = _convolved(padded, w["last_w"], w["last_b"]).mean(axis=(2, 3))
    return given


def _mixed(x: Array, weight: Array, bias: Array) -> Array:
    """Channels mixed by (in, out) ``weight``: a convolution of one pixel."""
    mixed: Array = weight.T @ x.reshape(x.shape[0], -1) + bias[:, None]
    return mixed.reshape(-1, *x.shape[1:])


def _convolved(x: Array, kernel: Array, bias: Array) -> Array:
    """With a (3, 3, in, out) kernel; no padding."""
    rows, columns = x.shape[2] - 2, x.shape[3] - 2
    windows = [x[:, :, i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    return _mixed(np.concatenate(windows), kernel.reshape(-1, kernel.shape[-1]), bias)


def _separable(x: Array, w: dict[str, Array], name: str) -> Array:
    depth = w[f"{name}_depth"][..., None, None, None]
    rows, columns = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    total = np.zeros_like(x)
    for i in range(3):
        for j in range(3):
            total += padded[:, :, i : i + rows, j : j + columns] * depth[i, j]
    return _mixed(total, w[f"{name}_w"], w[f"{name}_b"])


def _pooled(x: Array) -> Array:
    """Maximum over 3 by 3 at every second place; an odd side is padded on both ends."""
    ends = (x.shape[2] % 2, 1)
    padded = np.pad(x, ((0, 0), (0, 0), ends, ends), constant_values=-np.inf)
    rows = -(-x.shape[2] // 2)
    span = 2 * rows - 1
    parts = [padded[:, :, i : i + span : 2, j : j + span : 2] for i in range(3) for j in range(3)]
    result: Array = np.maximum.reduce(parts)
    return result
