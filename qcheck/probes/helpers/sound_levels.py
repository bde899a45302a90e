"""Powers, decibels and the cells of time that a recording is measured in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cell_edges", "decibels", "loudest_of_channels", "pooled"]


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
