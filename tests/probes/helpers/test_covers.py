"""What the networks are shown of a face, and what they answer."""

from __future__ import annotations

import numpy as np
import pytest

from qcheck.probes.helpers.covers import lower_features, mask_features


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_surface_has_finite_features(level: int) -> None:
    bgr = np.full((160, 128, 3), level, np.uint8)
    assert np.isfinite(lower_features(bgr)).all()
    assert np.isfinite(mask_features(bgr)).all()
