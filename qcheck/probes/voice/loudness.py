"""Loudness, how it changes, and the highest peak."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Span
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "AlikeMoments",
    "LevelFade",
    "LevelJump",
    "Loudness",
    "LoudnessCourse",
    "LoudnessSpread",
    "TruePeak",
]


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
    quieter: tuple[Span, ...]
    """The speech of the quieter half."""
    quietest: Span | None
    """The 3 s that are the quietest of those that ``range_lu`` counts; None where it is None."""
    speech_s: float


@probe("qcheck.probes.jumps:find_alike")
@dataclass(frozen=True)
class AlikeMoments:
    """Moments of 40 ms that sound alike and are some time apart, to compare their levels."""

    times_s: NDArray[np.float64] = field(repr=False)
    """(n,): the middle of each moment."""
    level_db: NDArray[np.float64] = field(repr=False)
    """(n,)."""
    spoken: NDArray[np.bool_] = field(repr=False)
    """(n,): whether somebody speaks then."""
    early: NDArray[np.int64] = field(repr=False)
    """(pairs,): the earlier moment of each pair."""
    late: NDArray[np.int64] = field(repr=False)
    """(pairs,): the later one."""
    unlike: NDArray[np.float64] = field(repr=False)
    """(pairs,): mean square of how the bands of the two differ in shape, in dB²."""
    louder_db: NDArray[np.float64] = field(repr=False)
    """(pairs,): by how much the later one is louder."""


@probe("qcheck.probes.jumps:find_jump")
@dataclass(frozen=True)
class LevelJump:
    """Where the level most likely jumps, and stays there."""

    size_db: float
    """By how much it is louder from there on; below 0 where it is quieter."""
    odds: float
    """How likely a jump by 6 dB is, as a logarithm of odds; −10 for too little speech."""
    at: Span | None
    """Where it may be: the places that are nearly as likely as the likeliest one."""


@probe("qcheck.probes.jumps:find_fade")
@dataclass(frozen=True)
class LevelFade:
    """Whether the level rises or falls little by little, from one end to the other."""

    size_db: float
    """By how much the end is louder than the start; below 0 where it is quieter."""
    odds: float
    """How likely a change by 10 dB is, as a logarithm of odds; −10 for too little speech."""


@probe("qcheck.probes.loudness:measure_true_peak")
@dataclass(frozen=True)
class TruePeak:
    """The largest value of the continuous signal (ITU-R BS.1770-5 Annex 2)."""

    peak_dbtp: float
    at: Span
