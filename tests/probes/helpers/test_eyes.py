"""Where eyes are, by the points of the mesh."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.probes.helpers.eyes import EYES, IRISES, LID_CONTOURS, eye_box
from qcheck.probes.helpers.face_mesh import canonical_face

FACE = synthetic.face(500)


def test_the_right_eye_comes_first_in_every_table() -> None:
    face = canonical_face()
    for table in (LID_CONTOURS, [eye[:2] for eye in EYES]):
        right, left = (face[list(each), 0].mean() for each in table)
        assert right < 0 < left
    for eye, iris, lids in zip(EYES, IRISES, LID_CONTOURS, strict=True):
        assert iris[0] == eye[2]
        assert set(eye[:2]) <= set(lids)
        assert {point for pair in eye[3] for point in pair} <= set(lids)


@pytest.mark.parametrize("eye", [0, 1])
def test_the_box_holds_the_lids_and_nothing_of_the_other_eye(eye: int) -> None:
    box = eye_box(FACE, eye)
    x, y = FACE.landmarks_px[list(LID_CONTOURS[eye]), :2].T
    assert box.left_px < x.min()
    assert x.max() < box.right_px
    assert box.top_px < y.min()
    assert y.max() < box.bottom_px
    other = FACE.landmarks_px[list(LID_CONTOURS[1 - eye]), 0]
    assert np.all((other < box.left_px) | (other > box.right_px))
