"""Figures of scores: known rankings, and what must hold of any."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.accuracy import scoring

levels = st.lists(st.integers(-20, 20), min_size=2, max_size=40).map(lambda v: np.array(v, float))


def test_figures_of_a_known_ranking() -> None:
    sound, defective = np.array([0.0, 1, 2, 3]), np.array([2.5, 4, 5, 6])
    assert scoring.auc(sound, defective) == 15 / 16
    assert scoring.equal_error_rate(sound, defective) == 0.25
    assert scoring.caught_at(sound, defective, 0.0) == 0.75
    assert scoring.caught_at(sound, defective, 0.25) == 1.0


@given(levels, levels)
def test_area_turns_over_with_the_sign_and_ties_count_half(a: np.ndarray, b: np.ndarray) -> None:
    assert scoring.auc(a, b) == pytest.approx(1 - scoring.auc(-a, -b))
    assert scoring.auc(a, a) == pytest.approx(0.5)


@given(levels, levels)
def test_what_is_caught_never_falls_when_more_alarms_are_allowed(
    a: np.ndarray, b: np.ndarray
) -> None:
    caught = [scoring.caught_at(a, b, share) for share in (0.0, 0.1, 0.5, 1.0)]
    assert caught == sorted(caught)
    assert caught[-1] == 1.0


@given(levels)
def test_rank_correlation_sees_order_and_nothing_else(values: np.ndarray) -> None:
    if len(np.unique(values)) > 2:
        assert scoring.rank_correlation(values, np.exp(values / 5)) == pytest.approx(1)
        assert scoring.rank_correlation(values, -values) == pytest.approx(-1)


def test_no_cases_give_no_figure() -> None:
    nothing = np.array([])
    assert math.isnan(scoring.auc(nothing, np.array([1.0])))
    assert math.isnan(scoring.caught_at(np.array([1.0]), nothing, 0.02))


def test_an_interval_draws_people_and_not_pictures() -> None:
    values = np.array([0.0] * 50 + [1.0] * 50)
    two_people = ["a"] * 50 + ["b"] * 50
    low, high = scoring.interval(lambda at: float(values[at].mean()), two_people)
    assert (low, high) == (0.0, 1.0)
    alone = [str(i) for i in range(100)]
    low, high = scoring.interval(lambda at: float(values[at].mean()), alone)
    assert 0.35 < low < 0.5 < high < 0.65
