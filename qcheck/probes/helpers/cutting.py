"""Where a recording may be cut, and where it is best cut: at pauses, in as few parts as can be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qcheck.core.errors import UsageFault
from qcheck.core.places import Span
from qcheck.probes.voice import Levels

__all__ = ["Place", "best_cuts", "places_to_cut"]

# The closure of a stop consonant lasts up to 150 ms (Byrd 1993, TIMIT): a shorter pause may be the
# inside of a word.
_SHORTEST_PAUSE_S = 0.2
# A pause of this length ends a sentence in read speech (Goldman-Eisler 1968); more adds nothing.
_FULL_STOP_S = 0.6


@dataclass(frozen=True)
class Place:
    """Where the recording may be cut."""

    at_s: float
    pause_s: float
    """How long nobody speaks there."""
    sample: int = 0
    """The first one after the cut."""


def places_to_cut(pauses: Sequence[Span], levels: Levels, rate_hz: int) -> list[Place]:
    """The quietest moment of every pause that is long enough to be between two words."""
    places = []
    for pause in pauses:
        if pause.seconds >= _SHORTEST_PAUSE_S:
            sample = _quietest(pause, levels, rate_hz)
            places.append(Place(sample / rate_hz, pause.seconds, sample))
    return places


def best_cuts(
    places: Sequence[Place],
    duration_s: float,
    longest_s: float,
    best_s: float | None = None,
) -> list[int]:
    """Indices of the places to cut at: as few as can be, and of those the best.

    Better is a longer pause, and segments of one length, or of ``best_s``. With ``best_s`` the
    number of segments is the least that comes near it. Raises :class:`UsageFault` that names the
    stretch without a pause where ``longest_s`` cannot be kept.
    """
    if longest_s <= 0:
        raise UsageFault(f"a segment may last {longest_s:g} s, which no segment can be as short as")
    at = [0.0, *(place.at_s for place in places), duration_s]
    last = len(at) - 1
    # least[i]: (segments, cost) to get to cut i; a segment's cost is its pause's and its length's.
    least: list[tuple[float, float, int]] = [(0.0, 0.0, -1)]
    goal_s = best_s or duration_s / max(1, math.ceil(duration_s / longest_s))
    for i in range(1, last + 1):
        ways = []
        for j in range(i - 1, -1, -1):
            length_s = at[i] - at[j]
            if length_s > longest_s + 1e-9:
                break
            if math.isinf(least[j][0]):
                continue
            cost = least[j][1] + ((length_s - goal_s) / goal_s) ** 2
            if i < last:
                cost += max(0.0, 1 - places[i - 1].pause_s / _FULL_STOP_S)
            count = least[j][0] + (0.0 if best_s else 1.0)
            ways.append((count, cost, j))
        least.append(min(ways, default=(math.inf, math.inf, -1)))
    if math.isinf(least[last][0]):
        raise UsageFault(_stuck(at, longest_s))
    cuts = []
    i = least[last][2]
    while i > 0:
        cuts.append(i - 1)
        i = least[i][2]
    return cuts[::-1]


def _stuck(at: list[float], longest_s: float) -> str:
    start_s, end_s = max(itertools.pairwise(at), key=lambda stretch: stretch[1] - stretch[0])
    return (
        f"from {start_s:.1f} to {end_s:.1f} s there is no pause to cut at, and a segment may last "
        f"{longest_s:g} s"
    )


def _quietest(pause: Span, levels: Levels, rate_hz: int) -> int:
    """The sample in the middle of the pause's quietest hundredth, away from both words."""
    margin_s = min(0.05, pause.seconds / 4)
    first = math.ceil((pause.start_s + margin_s) / Levels.HOP_S)
    last = max(math.floor((pause.end_s - margin_s) / Levels.HOP_S), first + 1)
    inside = levels.power[first:last]
    if not len(inside):
        return round((pause.start_s + pause.end_s) / 2 * rate_hz)
    # Among equally quiet ones, digital silence say, the one nearest to the middle.
    quiet = np.flatnonzero(inside <= inside.min() * 1.26 + 1e-12)
    nearest = int(quiet[np.argmin(np.abs(quiet - (len(inside) - 1) / 2))])
    return round((first + nearest + 0.5) * Levels.HOP_S * rate_hz)
