"""Where a recording is best cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.probes.helpers.cutting import Place, best_cuts

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
