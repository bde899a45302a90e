"""Distances and blendshapes that describe what a face does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.probes.helpers.expressions import geometry, shape

FACE = synthetic.face(400)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.2, 8), st.floats(-40, 40), st.floats(-500, 500))
def test_size_tilt_and_place_of_the_face_do_not_count(
    scale: float, degrees: float, shift: float
) -> None:
    c, s = np.cos(np.radians(degrees)) * scale, np.sin(np.radians(degrees)) * scale
    points = FACE.landmarks_px.astype(np.float64).copy()
    points[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]]) + shift
    turned = dataclasses.replace(FACE, landmarks_px=points.astype(np.float32))
    assert geometry(turned) == pytest.approx(geometry(FACE), abs=2e-3)


@pytest.mark.parametrize(
    ("points", "feature", "sign"),
    [
        ((105, 334), 4, 1),  # raised brows
        ((107, 336), 5, 1),  # their inner ends
        ((61, 291), 3, 1),  # raised corners of the mouth
    ],
)
def test_what_is_moved_up_is_measured_higher(
    points: tuple[int, ...], feature: int, sign: int
) -> None:
    moved = FACE.landmarks_px.copy()
    moved[list(points), 1] -= 20
    after = geometry(dataclasses.replace(FACE, landmarks_px=moved))
    # Down the face is positive.
    assert (after[feature] - geometry(FACE)[feature]) * sign < -0.05


def test_sides_are_averaged_and_absent_shapes_are_at_rest() -> None:
    face = dataclasses.replace(FACE, blendshapes={"eyeBlinkLeft": 0.8, "jawOpen": 0.5})
    assert shape(face, "eyeBlink") == pytest.approx(0.4)
    assert shape(face, "jawOpen") == 0.5
    assert shape(face, "mouthPucker") == 0
