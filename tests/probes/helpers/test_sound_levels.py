"""Decibels, and the cells of time that levels are measured in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.probes.helpers.sound_levels import cell_edges, decibels, loudest_of_channels, pooled


@given(frames=st.integers(1, 500_000), rate_hz=st.sampled_from([8_000, 11_025, 44_100]))
def test_cells_tile_the_recording_without_drift(frames: int, rate_hz: int) -> None:
    edges = cell_edges(frames, rate_hz, 0.01)
    assert edges[0] == 0
    assert edges[-1] <= frames
    assert np.abs(edges - np.arange(len(edges)) * rate_hz * 0.01).max() <= 0.5


@pytest.mark.parametrize(
    ("power", "db"), [(1.0, 0.0), (0.5, -3.0103), (1e-9, -90.0), (0.0, -150.0), (1e-30, -150.0)]
)
def test_decibels_end_at_a_floor(power: float, db: float) -> None:
    assert float(decibels(power)) == pytest.approx(db)


def test_a_floor_may_be_chosen() -> None:
    assert decibels(np.zeros(3), -40.0).tolist() == pytest.approx([-40.0] * 3)


def test_neighbours_are_averaged_and_a_rest_is_left_out() -> None:
    assert pooled(np.array([1.0, 3.0, 5.0, 7.0, 100.0]), 2).tolist() == [2.0, 6.0]


def test_the_loudest_channel_counts_whatever_its_sign() -> None:
    samples = np.array([[0.1, -0.5], [0.3, 0.2], [-0.4, 0.0]], np.float32)
    before = samples.copy()
    assert loudest_of_channels(samples) == pytest.approx([0.5, 0.3, 0.4])
    assert (samples == before).all()
