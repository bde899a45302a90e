"""Weighted quantiles against values that are simply repeated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.probes.helpers.quantiles import weighted_quantile


@given(
    pairs=st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 5)), min_size=1, max_size=12),
    quantile=st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9, 1.0]),
)
def test_a_weight_counts_as_so_many_values(pairs: list[tuple[int, int]], quantile: float) -> None:
    values, weights = (np.array(each, float) for each in zip(*pairs, strict=True))
    repeated = np.sort(np.repeat(values, weights.astype(int)))
    wanted = repeated[
        int(np.searchsorted(np.arange(1, len(repeated) + 1), quantile * len(repeated)))
    ]
    assert weighted_quantile(values, weights, quantile) == wanted


@pytest.mark.parametrize("factor", [0.001, 7.0])
def test_only_the_ratio_of_weights_counts(factor: float) -> None:
    random = np.random.default_rng(2)
    values, weights = random.normal(size=99), random.uniform(0.1, 2, 99)
    for quantile in (0.05, 0.5, 0.95):
        one = weighted_quantile(values, weights, quantile)
        assert weighted_quantile(values, weights * factor, quantile) == one
