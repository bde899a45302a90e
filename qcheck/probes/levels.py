"""The level of the mixed recording, 10 ms by 10 ms."""

from __future__ import annotations

import numpy as np

from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import cell_edges, loudest_of_channels
from qcheck.probes.voice import Duration, Levels, Mono

__all__ = ["measure_duration", "measure_levels"]


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
