"""The meter that repairs set levels by."""

from __future__ import annotations

import numpy as np
import pytest
from repairs import recorded

from qcheck.fixes.helpers.meter import loudness_lufs
from qcheck.probes.loudness import measure_course, measure_loudness


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("dbfs", [-26.0, -90.0])
def test_the_meter_agrees_with_the_rule(channels: int, dbfs: float) -> None:
    noise = np.random.default_rng(5).normal(0, 10 ** (dbfs / 20), (48_000, channels))
    sound = recorded(noise.astype(np.float32))
    ours = measure_loudness(measure_course(sound)).integrated_lufs
    assert loudness_lufs(sound) == pytest.approx(ours, abs=0.02)
