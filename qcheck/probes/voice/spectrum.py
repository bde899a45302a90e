"""Which frequencies there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Bandwidth", "Hum", "Spectrogram"]


@probe("qcheck.probes.spectrum:measure_spectrogram")
@dataclass(frozen=True)
class Spectrogram:
    """Power spectra of :class:`Mono`, frames of 43 ms side by side, summed up."""

    loud: NDArray[np.float64] = field(repr=False)
    """(bins,): a high percentile over time of each bin's power, 0 to half the sample rate."""
    bin_hz: float
    bands: NDArray[np.float32] = field(repr=False)
    """(frames, bands): mean square of each frame in thirds of an octave."""
    edges_hz: NDArray[np.float64] = field(repr=False)
    """(bands + 1,): where the bands begin and end."""
    middles_s: NDArray[np.float64] = field(repr=False)
    """(frames,): the middle of each frame."""


@probe("qcheck.probes.spectrum:measure_bandwidth")
@dataclass(frozen=True)
class Bandwidth:
    """The highest frequency that is really there."""

    bandwidth_hz: float
    nyquist_hz: float
    """Half the sample rate: what the file could hold."""


@probe("qcheck.probes.spectrum:measure_hum")
@dataclass(frozen=True)
class Hum:
    """Mains hum: a steady tone of 50 or 60 Hz and its harmonics."""

    level_dbfs: float
    mains_hz: float
    """50 or 60, whichever is the stronger."""
    certain: bool
    """False for less than 3 s, in which a word may be as steady as a hum."""
    listened_s: float
    """Of less than some seconds a drawn-out rumble cannot be excluded."""
