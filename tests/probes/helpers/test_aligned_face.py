"""The aligned copy puts every face's eyes in the same place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.aligned_face import (
    ALIGNED_SIZE_PX,
    EYE_MIDPOINT_PX,
    INTER_EYE_PX,
    align,
    to_aligned,
)

FACE = synthetic.face(400)
DRAWN = synthetic.drawn(FACE)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 6), st.floats(-40, 40), st.floats(-3000, 3000), st.floats(0.75, 1))
def test_the_eyes_land_in_the_same_place(
    scale: float, degrees: float, shift: float, narrowed: float
) -> None:
    points = FACE.landmarks_px.astype(np.float64)
    c, s = np.cos(np.radians(degrees)) * scale, np.sin(np.radians(degrees)) * scale
    moved = (points[:, :2] * (narrowed, 1)) @ np.array([[c, s], [-s, c]]) + shift
    matrix = to_aligned(np.column_stack([moved, points[:, 2]]).astype(np.float32))
    eyes = moved[[33, 133, 362, 263]].reshape(2, 2, 2).mean(axis=1)
    found = cv2.transform(eyes[None], matrix)[0]
    x, y = EYE_MIDPOINT_PX
    assert found.mean(axis=0) == pytest.approx((x, y), abs=2.5)
    assert found[1, 0] - found[0, 0] == pytest.approx(INTER_EYE_PX, abs=2.5)


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_the_copy_looks_alike_at_every_size(scale: float) -> None:
    bigger = cv2.resize(DRAWN, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    one, _, _ = align(DRAWN, FACE.landmarks_px)
    other, _, _ = align(bigger, FACE.landmarks_px * np.float32(scale))
    assert one.shape == (ALIGNED_SIZE_PX[1], ALIGNED_SIZE_PX[0], 3)
    assert np.abs(one.astype(float) - other).mean() < 4


def test_what_lies_beyond_the_picture_is_known() -> None:
    middle = int(FACE.region.centre_px[0])
    _, inside, _ = align(np.ascontiguousarray(DRAWN[:, :middle]), FACE.landmarks_px)
    assert inside[:, 20].mean() > 0.9
    assert not inside[:, -10].any()


def test_a_profile_has_no_copy() -> None:
    points = FACE.landmarks_px * np.array([0.2, 1, 1], np.float32)
    with pytest.raises(Unmeasurable, match="turned too far"):
        align(DRAWN, points)


def test_a_face_beside_the_picture_has_no_copy() -> None:
    with pytest.raises(Unmeasurable, match="outside"):
        align(DRAWN, FACE.landmarks_px + np.array([9000, 0, 0], np.float32))
