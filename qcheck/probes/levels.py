"""The level of the mixed recording, 10 ms by 10 ms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Recording
from qcheck.probes.voice import Duration, Levels, Mono

__all__ = [
    "cell_edges",
    "decibels",
    "loudest_of_channels",
    "measure_duration",
    "measure_levels",
    "pooled",
]


def decibels(power: NDArray[np.float64] | float, floor_db: float = -150.0) -> NDArray[np.float64]:
    """10·log10, never below ``floor_db`` (24 bits reach −144)."""
    tiny = 10 ** (floor_db / 10)
    return np.asarray(10 * np.log10(np.maximum(power, tiny)))


def cell_edges(frames: int, rate_hz: int, hop_s: float) -> NDArray[np.int64]:
    """Where cells of ``hop_s`` begin, and the end of the last whole one, in samples.

    Rounded one by one, so that 10 ms at 11025 Hz does not drift.
    """
    cells = int(frames / (rate_hz * hop_s) + 1e-9)
    edges: NDArray[np.int64] = np.rint(np.arange(cells + 1) * (rate_hz * hop_s)).astype(np.int64)
    return edges


def pooled(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Means of ``count`` neighbours; a rest at the end is left out."""
    whole = len(values) // count * count
    means: NDArray[np.float64] = values[:whole].reshape(-1, count).mean(axis=1)
    return means


def loudest_of_channels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(frames,): the largest magnitude of any channel. Column by column, which is much faster."""
    loudest: NDArray[np.float32] = np.abs(samples[:, 0])
    for channel in range(1, samples.shape[1]):
        np.maximum(loudest, np.abs(samples[:, channel]), out=loudest)
    return loudest


def measure_duration(recording: Recording) -> Duration:
    """Of what was decoded."""
    return Duration(recording.duration_s)


def measure_levels(mono: Mono, recording: Recording) -> Levels:
    """Mean squares of 10 ms cells, and which of them are digital silence in every channel."""
    edges = cell_edges(len(mono.samples), mono.rate_hz, Levels.HOP_S)
    if len(edges) < 2:
        edges = np.array([0, len(mono.samples)])
    widths = np.diff(edges)
    squares = np.square(mono.samples[: edges[-1]].astype(np.float64))
    power = np.add.reduceat(squares, edges[:-1]) / widths
    sounding = loudest_of_channels(recording.samples[: edges[-1]]) > 0
    empty = ~np.logical_or.reduceat(sounding, edges[:-1])
    return Levels(power, empty)
