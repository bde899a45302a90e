"""What the network of the eyes is shown, and what it answers."""

from __future__ import annotations

import numpy as np
import pytest
from painted_sitter import on

from qcheck.probes.helpers.covers import probability
from qcheck.probes.helpers.lenses import eye_features, eye_probabilities
from qcheck.probes.portrait import AlignedFace, Face


def test_mirroring_swaps_the_eyes(sitter: tuple[AlignedFace, Face]) -> None:
    bgr = on(sitter, ("patch", (43, 62, 18, 15), 20))
    one = probability("eye", eye_features(bgr))
    other = probability("eye", eye_features(np.ascontiguousarray(bgr[:, ::-1])))
    assert one == pytest.approx(other[::-1], abs=0.02)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_surface_has_finite_features(level: int) -> None:
    assert np.isfinite(eye_features(np.full((160, 128, 3), level, np.uint8))).all()


def test_a_grey_face_has_no_hues(sitter: tuple[AlignedFace, Face]) -> None:
    grey = np.repeat(sitter[0].bgr.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    cells = 2 * (88 // 8) * (48 // 8)
    assert np.abs(eye_features(grey)[:, -cells:]).max() == 0


def test_a_bare_face_is_bare_and_a_patch_hides_its_eye(sitter: tuple[AlignedFace, Face]) -> None:
    assert max(eye_probabilities(sitter[0].bgr)) < 0.5
    right, left = eye_probabilities(on(sitter, ("patch", (43, 62, 18, 15), 20)))
    assert right > 0.5 > left
