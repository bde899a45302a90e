"""The level of the mixed recording, 10 ms by 10 ms."""

from __future__ import annotations

import numpy as np

from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import cell_edges, loudest_of_channels
from qcheck.probes.voice import Duration, Levels, Mono

__all__ = ["measure_duration", "measure_levels"]

# Half a minute: the squares of 20 minutes at once would take 1 GB.
_BLOCK_CELLS = 3000


def measure_duration(recording: Recording) -> Duration:
    """Of what was decoded."""
    return Duration(recording.duration_s)


def measure_levels(mono: Mono, recording: Recording) -> Levels:
    """Mean squares of 10 ms cells, and which of them are digital silence in every channel."""
    edges = cell_edges(len(mono.samples), mono.rate_hz, Levels.HOP_S)
    if len(edges) < 2:
        edges = np.array([0, len(mono.samples)])
    widths = np.diff(edges)
    sums = np.empty(len(widths))
    for at in range(0, len(widths), _BLOCK_CELLS):
        starts = edges[:-1][at : at + _BLOCK_CELLS]
        end = edges[min(at + _BLOCK_CELLS, len(widths))]
        squares = np.square(mono.samples[starts[0] : end].astype(np.float64))
        sums[at : at + _BLOCK_CELLS] = np.add.reduceat(squares, starts - starts[0])
    power = sums / widths
    sounding = loudest_of_channels(recording.samples[: edges[-1]]) > 0
    empty = ~np.logical_or.reduceat(sounding, edges[:-1])
    return Levels(power, empty)
