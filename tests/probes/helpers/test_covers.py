"""What the networks are shown of a face, and what they answer."""

from __future__ import annotations

import numpy as np
import pytest
from painted_sitter import on

from qcheck.probes.helpers.covers import eye_features, lower_features, mask_features, probability
from qcheck.probes.portrait import AlignedFace, Face


def test_mirroring_swaps_the_eyes(sitter: tuple[AlignedFace, Face]) -> None:
    bgr = on(sitter, ("patch", (43, 62, 18, 15), 20))
    one = probability("eye", eye_features(bgr))
    other = probability("eye", eye_features(np.ascontiguousarray(bgr[:, ::-1])))
    assert one == pytest.approx(other[::-1], abs=0.02)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_surface_has_finite_features(level: int) -> None:
    bgr = np.full((160, 128, 3), level, np.uint8)
    assert np.isfinite(eye_features(bgr)).all()
    assert np.isfinite(lower_features(bgr)).all()
    assert np.isfinite(mask_features(bgr)).all()
