"""Heads, with CenterFace: profiles, bystanders and faces that are small in the picture.

CenterFace (Xu, Yan and others 2019, Joint Face Detection and Alignment Using Face as Point; MIT
licence) was trained on WIDER FACE and takes a picture of any size, where the landmarker's own
detector sees 128 pixels a side and faces that look into the lens. It says where a head is and which
way it is turned; what can be seen well of it, the landmarker follows.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Head

__all__ = ["detect_heads", "start_looking"]

# Made by fixtures/make/heads_net.py.
_NET = Path(__file__).with_name("heads_net.npz")

# The longer side of what the network sees; it wants multiples of 32, and finds faces from about 8
# of these pixels on.
_LONG_SIDE_PX = 320
_STEP_PX = 32
# Of the maps that it makes.
_CELL_PX = 4

# From here on a head is one. In 470 portraits of one person nothing else reached .42; of people in
# the background nearly all that can be made out are above.
_SURE = 0.45
_SAME_HEAD_IOU = 0.3

# Network outputs: how likely a face's centre is here, its size, where in the cell, and five points.
_OUTPUTS = ("537", "538", "539", "540")

# How far the nose lies aside of the eyes' middle, in distances between the eyes, from which a head
# counts as seen from the side. It goes with the tangent of the turn: 0.3 to 0.6 at 40 degrees (28
# pictures), 0.6 to 0.9 at 50 to 65, 1 in the one full profile of the corpus.
_SIDE_VIEW_FROM = 0.6


@cache
def _net() -> Any:
    """CenterFace, put together from its graph and the whole numbers that its weights are."""
    with np.load(_NET) as stored:
        graph, steps, scales = stored["graph"], stored["steps"], stored["scales"]
        tensors = np.stack([stored[name] for name in ("after", "rows", "columns")], axis=1)
    parts, at = [], 0
    for after, rows, columns in tensors:
        size = rows * columns
        weights = steps[:size].reshape(rows, columns) * scales[:rows, None]
        parts += [graph[at:after], weights.astype("<f4").view(np.uint8).ravel()]
        at, steps, scales = after, steps[size:], scales[rows:]
    return cv2.dnn.readNetFromONNX(np.concatenate([*parts, graph[at:]]))


@cache
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "heads")


def start_looking(bgr: NDArray[np.uint8]) -> Future[tuple[Head, ...]]:
    """:func:`detect_heads` beside whatever goes on: it computes without the interpreter's lock."""
    return _worker().submit(detect_heads, bgr)


def detect_heads(bgr: NDArray[np.uint8]) -> tuple[Head, ...]:
    """Heads in an upright picture, largest first, in its pixels."""
    height, width = bgr.shape[:2]
    small = shrink(bgr, min(1.0, _LONG_SIDE_PX / max(height, width))).astype(np.uint8, copy=False)
    size = [-(-side // _STEP_PX) * _STEP_PX for side in small.shape[1::-1]]
    net = _net()
    net.setInput(cv2.dnn.blobFromImage(small, 1.0, size, swapRB=True))
    found = _decoded(*net.forward(_OUTPUTS))
    scale = np.array([width / size[0], height / size[1]])
    heads = [_head(box * np.tile(scale, 2), points * scale) for box, points in found]
    return tuple(sorted(heads, key=lambda head: -head.region.area_px))


def _decoded(
    likely: NDArray[np.float32],
    sizes: NDArray[np.float32],
    offsets: NDArray[np.float32],
    points: NDArray[np.float32],
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Boxes (left, top, right, bottom) and five points (5, 2) in pixels that the network saw."""
    rows, columns = np.nonzero(likely[0, 0] >= _SURE)
    if rows.size == 0:
        return []
    at = (slice(None), rows, columns)
    middle = (np.stack([rows, columns]) + offsets[0][at] + 0.5) * _CELL_PX
    high, wide = np.exp(sizes[0][at]) * _CELL_PX
    left, top = middle[1] - wide / 2, middle[0] - high / 2
    chosen = cv2.dnn.NMSBoxes(
        np.stack([left, top, wide, high], axis=1).tolist(),
        likely[0, 0][rows, columns].tolist(),
        _SURE,
        _SAME_HEAD_IOU,
    )
    five = points[0][at].reshape(5, 2, -1)
    return [
        (
            np.array([left[i], top[i], left[i] + wide[i], top[i] + high[i]], np.float64),
            np.stack([five[:, 1, i] * wide[i] + left[i], five[:, 0, i] * high[i] + top[i]], axis=1),
        )
        for i in np.asarray(chosen, int).ravel()
    ]


def _head(box: NDArray[np.float64], points: NDArray[np.float64]) -> Head:
    left, top, right, bottom = (float(v) for v in box)
    one, other, nose = points[:3]
    mouth = points[3:].mean(axis=0)
    eyes = (one + other) / 2
    down = mouth - eyes
    length = float(np.linalg.norm(down)) or 1.0
    # Along the face, so that a tilted head is not taken for a turned one.
    across = nose - eyes
    aside = abs(float(down[0] * across[1] - down[1] * across[0])) / length
    return Head(
        region=Box(left, top, right, bottom),
        side_view=aside >= _SIDE_VIEW_FROM * float(np.linalg.norm(other - one)),
    )
