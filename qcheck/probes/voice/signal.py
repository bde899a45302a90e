"""The recording as a signal: its length, its channels, their mix, its level over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Channels", "DcOffset", "Duration", "Heard", "Levels", "Mono"]


@probe("qcheck.probes.levels:measure_duration")
@dataclass(frozen=True)
class Duration:
    """How long the recording is."""

    duration_s: float


@probe("qcheck.probes.channels:measure_channels")
@dataclass(frozen=True)
class Channels:
    """How the channels of a recording relate. Channels are numbered from 1."""

    count: int
    dead: tuple[int, ...]
    """Channels without sound beside one that has some."""
    inverted: bool
    """The first two live channels cancel each other when they are mixed."""
    correlation: float
    """Of the first two live channels, −1 to 1; 1 where there is only one."""
    difference_db: float
    """Level between the loudest and the quietest live channel."""


@probe("qcheck.probes.channels:measure_dc_offset")
@dataclass(frozen=True)
class DcOffset:
    """The largest mean of a channel, as a share of full scale."""

    offset_share: float


@probe("qcheck.probes.channels:mix_to_mono")
@dataclass(frozen=True)
class Mono:
    """What a model hears: the channels' average, without the dead and the inverted ones."""

    samples: NDArray[np.float32] = field(repr=False)
    """(frames,), full scale ±1.0, mean removed."""
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


@probe("qcheck.probes.speech:resample_mono")
@dataclass(frozen=True)
class Heard:
    """:class:`Mono` at the rate that nearly every driven model hears."""

    samples: NDArray[np.float32] = field(repr=False)
    """(frames,)."""

    RATE_HZ = 16_000


@probe("qcheck.probes.levels:measure_levels")
@dataclass(frozen=True)
class Levels:
    """The level of :class:`Mono`, frame by frame."""

    power: NDArray[np.float64] = field(repr=False)
    """(n,): mean square of each 10 ms."""
    empty: NDArray[np.bool_] = field(repr=False)
    """(n,): every sample of the frame, in every channel, is exactly zero."""

    HOP_S = 0.01
