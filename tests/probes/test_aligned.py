"""The aligned copy as a measurement: its size, its map, how much detail it holds."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.probes.aligned import align_face
from qcheck.probes.helpers.aligned_face import ALIGNED_SIZE_PX, INTER_EYE_PX


@pytest.mark.parametrize("side_px", [120, 400, 900])
def test_detail_says_how_many_pixels_of_the_picture_are_in_one_of_the_copy(side_px: int) -> None:
    face = synthetic.face(side_px)
    aligned = align_face(synthetic.picture(synthetic.drawn(face)), face)
    assert aligned.bgr.shape == (ALIGNED_SIZE_PX[1], ALIGNED_SIZE_PX[0], 3)
    assert aligned.detail == pytest.approx(face.inter_eye_px / INTER_EYE_PX, rel=0.15)


def test_the_map_leads_from_the_picture_to_the_copy() -> None:
    face = synthetic.face(400)
    aligned = align_face(synthetic.picture(synthetic.drawn(face)), face)
    iris = cv2.transform(face.landmarks_px[None, 468:469, :2].astype(np.float64), aligned.matrix)
    x, y = iris[0, 0]
    # The drawn pupil is the darkest thing around.
    around = aligned.bgr[round(y) - 9 : round(y) + 10, round(x) - 9 : round(x) + 10].mean(axis=2)
    row, column = np.unravel_index(around.argmin(), around.shape)
    assert (row - 9, column - 9) == pytest.approx((0, 0), abs=3)
