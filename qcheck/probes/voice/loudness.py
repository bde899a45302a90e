"""Loudness, how it changes, and the highest peak."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Span
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LevelJump", "Loudness", "LoudnessCourse", "LoudnessSpread", "TruePeak"]


@probe("qcheck.probes.loudness:measure_course")
@dataclass(frozen=True)
class LoudnessCourse:
    """K-weighted loudness over time (ITU-R BS.1770-5, EBU Tech 3341)."""

    power: NDArray[np.float64] = field(repr=False)
    """(k,): weighted mean square of each 10 ms, summed over the channels."""
    gating_lufs: NDArray[np.float64] = field(repr=False)
    """(k,): of the 400 ms that start at each 100 ms: the standard's gating blocks."""
    momentary_lufs: NDArray[np.float64] = field(repr=False)
    """(n,): of the 400 ms that start at each 10 ms."""
    short_term_lufs: NDArray[np.float64] = field(repr=False)
    """(m,): of the 3 s that start at each 10 ms; empty for less than 3 s of sound."""

    HOP_S = 0.01


@probe("qcheck.probes.loudness:measure_loudness")
@dataclass(frozen=True)
class Loudness:
    """Loudness of the whole recording."""

    integrated_lufs: float
    momentary_max_lufs: float


@probe("qcheck.probes.loudness:measure_spread")
@dataclass(frozen=True)
class LoudnessSpread:
    """How much the loudness of the speech changes."""

    range_lu: float | None
    """Loudness range (EBU Tech 3342) of the speech without its pauses, which are no change of
    loudness; None for less than 3 s of speech."""
    halves_lu: float | None
    """Between the first and the second half of the speech; None where there is too little."""
    step_lu: float
    """The largest step at a pause, from the speech before it to that after; 0 without a pause."""
    step_at: Span | None
    """That pause."""
    speech_s: float


@probe("qcheck.probes.jumps:find_jump")
@dataclass(frozen=True)
class LevelJump:
    """Where the level most likely jumps, and stays there."""

    size_db: float
    """How far the level of the speech moves there."""
    odds: float
    """How much likelier a jump by 6 dB there is than none, as a natural logarithm; 0 where none
    is likelier, and for less than 2.5 s of speech."""
    at: Span | None
    """Where it may be: from the first to the last place with nearly these odds."""


@probe("qcheck.probes.loudness:measure_true_peak")
@dataclass(frozen=True)
class TruePeak:
    """The largest value of the continuous signal (ITU-R BS.1770-5 Annex 2)."""

    peak_dbtp: float
    at: Span
