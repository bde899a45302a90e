"""What follows from the landmarks of a face."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import synthetic_face as synthetic

FACE = synthetic.face(400)


def test_eyes_are_the_midpoints_of_their_corners() -> None:
    points = FACE.landmarks_px
    assert FACE.right_eye_px == pytest.approx(points[[33, 133], :2].mean(axis=0))
    assert FACE.left_eye_px == pytest.approx(points[[362, 263], :2].mean(axis=0))
    # The sitter's right is on the left of the picture.
    assert FACE.right_eye_px[0] < FACE.left_eye_px[0]


@pytest.mark.parametrize("degrees", [0, 30, 90])
def test_the_distance_between_the_eyes_does_not_depend_on_the_tilt(degrees: float) -> None:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    points = FACE.landmarks_px.copy()
    points[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]], np.float32)
    turned = dataclasses.replace(FACE, landmarks_px=points)
    assert turned.inter_eye_px == pytest.approx(FACE.inter_eye_px, rel=1e-4)
    assert turned.square.side_px == pytest.approx(FACE.square.side_px, rel=1e-4)


def test_the_square_that_models_cut_out_holds_the_face() -> None:
    square, region = FACE.square, FACE.region
    assert square.width_px == pytest.approx(square.height_px)
    assert 1.2 < square.side_px / region.side_px < 1.7
    assert square.left_px < region.left_px < region.right_px < square.right_px
    assert square.bottom_px > region.bottom_px
