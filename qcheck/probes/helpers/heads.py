"""Heads, with CenterFace: profiles, bystanders and faces that are small in the picture.

CenterFace (Xu, Yan and others 2019, Joint Face Detection and Alignment Using Face as Point; MIT
licence) was trained on WIDER FACE and takes a picture of any size, where the landmarker's own
detector sees 128 pixels a side and faces that look into the lens. It says where a head is and which
way it is turned; what can be seen well of it, the landmarker follows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Head

__all__ = ["Seen", "look_for_heads", "start_looking"]

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

# What may be one: enough to say which way up a picture is.
_POSSIBLE = 0.3

# Turned by 0, 90, 180 and 270 degrees, 89 portraits read upright in 89, 2, 8 and 0 cases; the 8
# that read upright upside down have scores of .32 to .68, one .82, and .76 to .89 the right way up.
_PLAINLY_UPRIGHT = 0.7
_UPRIGHT_FROM = 0.6
_BETTER_BY = 0.15
_TURNS = {
    1: cv2.ROTATE_90_CLOCKWISE,
    2: cv2.ROTATE_180,
    3: cv2.ROTATE_90_COUNTERCLOCKWISE,
}

# How far the nose lies aside of the eyes' middle, in distances between the eyes, from which a head
# counts as seen from the side. It goes with the tangent of the turn: 0.3 to 0.6 at 40 degrees (28
# pictures), 0.6 to 0.9 at 50 to 65, 1 in the one full profile of the corpus.
_SIDE_VIEW_FROM = 0.6


@dataclass(frozen=True)
class Seen:
    """What a look at the whole picture shows."""

    heads: tuple[Head, ...]
    """Largest first."""
    quarter_turns: int
    """Clockwise, by which the picture has to be turned until they are upright."""


@dataclass(frozen=True)
class _Found:
    """What the network takes for a head, in pixels of the reduced picture."""

    score: float
    box: NDArray[np.float64]
    """(4,): left, top, right, bottom."""
    points: NDArray[np.float64]
    """(5, 2): eyes, nose, corners of the mouth."""

    @property
    def _down(self) -> NDArray[np.float64]:
        middle: NDArray[np.float64] = self.points[3:].mean(axis=0) - self.points[:2].mean(axis=0)
        return middle

    @property
    def tilt_deg(self) -> float:
        """0 where the mouth is below the eyes, 180 where it is above them."""
        x, y = self._down
        return float(np.degrees(np.arctan2(x, y)))

    @property
    def is_side_view(self) -> bool:
        """Whether the nose lies far aside; along the face, so that tilted heads do not count."""
        one, other, nose = self.points[:3]
        (x, y), (across, along) = self._down, nose - (one + other) / 2
        aside = abs(x * along - y * across) / (float(np.hypot(x, y)) or 1.0)
        return bool(aside >= _SIDE_VIEW_FROM * float(np.linalg.norm(other - one)))


@cache
def _net() -> Any:
    """CenterFace, put together from its graph and the whole numbers that its weights are."""
    with np.load(_NET) as stored:
        graph, steps, scales = stored["graph"], stored["steps"], stored["scales"]
        tensors = np.stack([stored[name] for name in ("after", "rows", "columns")], axis=1)
    # Written in place, so that the weights are held only once.
    whole = np.empty(graph.size + 4 * steps.size, np.uint8)
    read = written = 0
    for after, rows, columns in tensors:
        gap, size = after - read, 4 * rows * columns
        whole[written : written + gap] = graph[read:after]
        written += gap
        weights = steps[: rows * columns].reshape(rows, columns) * scales[:rows, None]
        whole[written : written + size] = weights.astype("<f4").view(np.uint8).ravel()
        read, written = after, written + size
        steps, scales = steps[rows * columns :], scales[rows:]
    whole[written:] = graph[read:]
    return cv2.dnn.readNetFromONNX(whole)


@cache
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "heads")


# A forked child has no copy of the thread, and would wait for it forever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_worker.cache_clear)


def start_looking(bgr: NDArray[np.uint8]) -> Future[Seen]:
    """:func:`look_for_heads` beside whatever goes on: it needs no interpreter to compute."""
    return _worker().submit(look_for_heads, bgr)


def look_for_heads(bgr: NDArray[np.uint8]) -> Seen:
    """Heads in a picture, in its pixels, and which way up it is."""
    height, width = bgr.shape[:2]
    scale = min(1.0, _LONG_SIDE_PX / max(height, width))
    small = np.ascontiguousarray(shrink(bgr, scale).astype(np.uint8, copy=False))
    found = _search(small)
    back = np.array([width / small.shape[1], height / small.shape[0]])
    heads = [
        Head(Box(*(float(v) for v in each.box * np.tile(back, 2))), each.is_side_view)
        for each in found
        if each.score >= _SURE
    ]
    heads.sort(key=lambda head: -head.region.area_px)
    return Seen(tuple(heads), _quarter_turns(small, _upright_score(found)))


def _quarter_turns(small: NDArray[np.uint8], as_it_is: float) -> int:
    """How often the picture has to be turned clockwise by 90 degrees until heads are upright.

    Looked into only where no upright head is plain to see.
    """
    if as_it_is >= _PLAINLY_UPRIGHT:
        return 0
    turned = {
        turns: _upright_score(_search(cv2.rotate(small, code).astype(np.uint8, copy=False)))
        for turns, code in _TURNS.items()
    }
    turns = max(turned, key=lambda each: turned[each])
    better = turned[turns] >= max(_UPRIGHT_FROM, as_it_is + _BETTER_BY)
    return turns if better else 0


def _upright_score(found: Sequence[_Found]) -> float:
    """How sure the network is of what it is surest of; 0 where that is no upright head."""
    surest = max(found, key=lambda each: each.score, default=None)
    return surest.score if surest is not None and abs(surest.tilt_deg) <= 45 else 0.0


def _search(small: NDArray[np.uint8]) -> list[_Found]:
    size = [-(-side // _STEP_PX) * _STEP_PX for side in small.shape[1::-1]]
    net = _net()
    net.setInput(cv2.dnn.blobFromImage(small, 1.0, size, swapRB=True))
    scale = np.array(small.shape[1::-1]) / size
    return [
        _Found(score, box * np.tile(scale, 2), points * scale)
        for score, box, points in _decoded(*net.forward(_OUTPUTS))
    ]


def _decoded(
    likely: NDArray[np.float32],
    sizes: NDArray[np.float32],
    offsets: NDArray[np.float32],
    points: NDArray[np.float32],
) -> list[tuple[float, NDArray[np.float64], NDArray[np.float64]]]:
    """Scores, boxes (left, top, right, bottom) and five points (5, 2) in the network's pixels."""
    rows, columns = np.nonzero(likely[0, 0] >= _POSSIBLE)
    if rows.size == 0:
        return []
    at = (slice(None), rows, columns)
    middle = (np.stack([rows, columns]) + offsets[0][at] + 0.5) * _CELL_PX
    high, wide = np.exp(sizes[0][at]) * _CELL_PX
    left, top = middle[1] - wide / 2, middle[0] - high / 2
    chosen = cv2.dnn.NMSBoxes(
        np.stack([left, top, wide, high], axis=1).tolist(),
        likely[0, 0][rows, columns].tolist(),
        _POSSIBLE,
        _SAME_HEAD_IOU,
    )
    five = points[0][at].reshape(5, 2, -1)
    return [
        (
            float(likely[0, 0, rows[i], columns[i]]),
            np.array([left[i], top[i], left[i] + wide[i], top[i] + high[i]], np.float64),
            np.stack([five[:, 1, i] * wide[i] + left[i], five[:, 0, i] * high[i] + top[i]], axis=1),
        )
        for i in np.asarray(chosen, int).ravel()
    ]
