"""Where a recording is best cut."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.core.places import Span
from qcheck.probes.helpers.cutting import Place, best_cuts, places_to_cut
from qcheck.probes.voice import Levels

places = st.lists(
    st.tuples(st.floats(0.5, 60), st.floats(0.2, 1.5)),
    min_size=1,
    max_size=9,
    unique_by=lambda p: p[0],
).map(lambda pairs: [Place(at, pause) for at, pause in sorted(pairs)])


def fewest_by_trying(cuts: list[Place], duration_s: float, longest_s: float) -> int | None:
    for count in range(len(cuts) + 1):
        for chosen in itertools.combinations([cut.at_s for cut in cuts], count):
            edges = [0.0, *chosen, duration_s]
            if all(b - a <= longest_s + 1e-9 for a, b in itertools.pairwise(edges)):
                return count
    return None


@given(places, st.floats(5, 40))
def test_as_few_segments_as_can_be(cuts: list[Place], longest_s: float) -> None:
    duration_s = 61.0
    fewest = fewest_by_trying(cuts, duration_s, longest_s)
    if fewest is None:
        with pytest.raises(UsageFault, match="no pause to cut at"):
            best_cuts(cuts, duration_s, longest_s)
        return
    chosen = best_cuts(cuts, duration_s, longest_s)
    assert len(chosen) == fewest
    edges = [0.0, *(cuts[i].at_s for i in chosen), duration_s]
    assert all(b - a <= longest_s + 1e-6 for a, b in itertools.pairwise(edges))


def test_of_equally_many_the_longer_pause_is_taken() -> None:
    cuts = [Place(28.0, 0.25), Place(29.0, 0.9)]
    assert best_cuts(cuts, 57.0, 30.0) == [1]


def test_a_greedy_cut_is_not_taken_where_it_costs_a_segment() -> None:
    cuts = [Place(20.0, 0.3), Place(29.0, 0.9), Place(45.0, 0.3), Place(49.0, 0.3)]
    assert len(best_cuts(cuts, 75.0, 30.0)) == 2


def test_the_best_length_is_aimed_at_where_that_is_wanted() -> None:
    cuts = [Place(float(at), 0.6) for at in range(5, 60, 5)]
    assert best_cuts(cuts, 60.0, 30.0) == [5]
    assert [cuts[i].at_s for i in best_cuts(cuts, 60.0, 30.0, 15.0)] == [15.0, 30.0, 45.0]


@pytest.mark.parametrize("longest_s", [0.0, -1.0])
def test_a_length_that_nothing_has_is_refused(longest_s: float) -> None:
    with pytest.raises(UsageFault, match="a segment may last"):
        best_cuts([Place(5.0, 0.6)], 10.0, longest_s)


def test_without_a_limit_nothing_is_cut() -> None:
    assert best_cuts([Place(5.0, 0.6)], 10.0, float("inf")) == []


def levels(*stretches: tuple[float, float]) -> Levels:
    """Frames of 10 ms: (seconds, power) one after the other."""
    power = np.concatenate([np.full(round(s / Levels.HOP_S), p) for s, p in stretches])
    return Levels(power, power == 0)


def test_the_quietest_moment_of_a_pause_is_cut_at() -> None:
    # The pause from 1 to 2 s: quietest from 1.30 to 1.31 s.
    course = levels((1.0, 1.0), (0.3, 1e-3), (0.01, 1e-6), (0.69, 1e-3), (1.0, 1.0))
    [place] = places_to_cut([Span(1.0, 2.0)], course, 48_000)
    assert (place.at_s, place.pause_s, place.sample) == (1.305, 1.0, round(1.305 * 48_000))


def test_of_equally_quiet_moments_the_middle_is_cut_at() -> None:
    # A tenth of a decibel is no difference, and digital silence has none.
    rising = np.linspace(1e-6, 1.02e-6, 100)
    for power in (np.zeros(100), rising, rising[::-1]):
        course = Levels(np.concatenate([np.ones(100), power, np.ones(100)]), np.zeros(300, bool))
        [place] = places_to_cut([Span(1.0, 2.0)], course, 100)
        assert place.at_s == pytest.approx(1.5, abs=0.011)


def test_a_cut_keeps_away_from_both_words() -> None:
    # The edges of the pause are its quietest frames: 50 ms of each are left to the words.
    course = levels((1.0, 1.0), (0.04, 1e-9), (0.92, 1e-3), (0.04, 1e-9), (1.0, 1.0))
    [place] = places_to_cut([Span(1.0, 2.0)], course, 1000)
    assert place.at_s == pytest.approx(1.5, abs=0.011)
    # Of a short pause, a quarter.
    course = levels((1.0, 1.0), (0.04, 1e-9), (0.17, 1e-3), (0.04, 1e-9), (1.0, 1.0))
    [place] = places_to_cut([Span(1.0, 1.25)], course, 1000)
    assert 1.05 <= place.at_s <= 1.2


def test_a_pause_that_may_be_inside_a_word_is_not_cut_at() -> None:
    course = levels((3.0, 1e-3))
    assert places_to_cut([Span(1.0, 1.199)], course, 1000) == []
    assert len(places_to_cut([Span(1.0, 1.25), Span(2.0, 2.5)], course, 1000)) == 2


def test_a_pause_beyond_the_last_frame_is_cut_in_its_middle() -> None:
    [place] = places_to_cut([Span(1.0, 2.0)], levels((0.5, 1.0)), 1000)
    assert (place.at_s, place.sample) == (1.5, 1500)


def test_segments_of_one_length_are_preferred() -> None:
    cuts = [Place(float(at), 0.6) for at in (20, 25, 28)]
    assert best_cuts(cuts, 50.0, 30.0) == [1]


def test_the_stretch_that_cannot_be_cut_is_the_longest_one() -> None:
    cuts = [Place(5.0, 0.6), Place(9.0, 0.6), Place(30.0, 0.6)]
    with pytest.raises(UsageFault, match=r"from 9\.0 to 30\.0 s .* may last 20 s"):
        best_cuts(cuts, 40.0, 20.0)
