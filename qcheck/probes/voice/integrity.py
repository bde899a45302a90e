"""Samples that are not what the microphone gave."""

from __future__ import annotations

from dataclasses import dataclass

from qcheck.core.places import Span
from qcheck.core.probe import probe

__all__ = ["Clicks", "Clipping", "DigitalSilence", "Dropouts"]


@probe("qcheck.probes.integrity:find_clipping")
@dataclass(frozen=True)
class Clipping:
    """Flattened peaks."""

    share: float
    """Flattened samples of all samples."""
    spans: tuple[Span, ...]
    """Where, near ones joined."""
    ceiling_dbfs: float
    """The level that the peaks were cut at."""
    flattening: float
    """How much flatter the highest peaks are than lower ones, in standard deviations: what is left
    of a cut after MP3 or a soft limiter; 0 where there are too few peaks. Where the loud moments
    are nearly square waves, as much above 1 as their crest factors are too low, in dB."""
    exact: bool
    """Whether the flattened samples are runs of equal ones; else they are told by their shape."""

    @property
    def degree(self) -> float:
        """How sure the cut is, to compare recordings by."""
        return max(self.flattening, 2.0 + 100.0 * self.share if self.exact else self.flattening)


@probe("qcheck.probes.integrity:find_digital_silence")
@dataclass(frozen=True)
class DigitalSilence:
    """Exact zeros, which no microphone delivers."""

    all_zero: bool
    gaps: tuple[Span, ...]
    """Stretches of zeros between the first and the last sound."""


@probe("qcheck.probes.integrity:find_dropouts")
@dataclass(frozen=True)
class Dropouts:
    """Moments inside a sound at which it is missing."""

    gaps: tuple[Span, ...]


@probe("qcheck.probes.integrity:find_clicks")
@dataclass(frozen=True)
class Clicks:
    """Samples that stand far out of the wave around them."""

    at: tuple[Span, ...]
