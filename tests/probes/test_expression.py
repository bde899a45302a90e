"""The mouth's opening, on a face whose lips are apart by a known amount."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.probes.expression import measure_expression
from qcheck.probes.portrait import Face


def lips_at(gap_share: float, side_px: float = 600) -> Face:
    face = synthetic.face(side_px)
    points = face.landmarks_px.copy()
    eyes = np.add(face.right_eye_px, face.left_eye_px) / 2
    down = points[152, :2] - eyes
    for upper, lower in ((13, 14), (82, 87), (312, 317)):
        points[lower, :2] = points[upper, :2] + down * gap_share
    return dataclasses.replace(face, landmarks_px=points)


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 0.4), st.floats(100, 3000))
def test_the_lips_are_apart_by_the_share_that_was_put_there(gap: float, side_px: float) -> None:
    expression = measure_expression(lips_at(gap, side_px))
    assert expression.lip_gap_share == pytest.approx(gap, abs=0.002)


def test_lips_that_cross_are_closed() -> None:
    assert measure_expression(lips_at(-0.05)).lip_gap_share == 0


def test_both_sides_of_the_face_count() -> None:
    shapes = {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.4, "browInnerUp": 0.1, "jawOpen": 0.3}
    shapes |= {"browOuterUpLeft": 0.9, "browOuterUpRight": 0.5}
    expression = measure_expression(dataclasses.replace(lips_at(0), blendshapes=shapes))
    assert expression.smile == pytest.approx(0.6)
    assert expression.jaw_open == 0.3
    assert expression.brows_raised == pytest.approx(0.7)
    assert expression.mouth_frown == 0


def test_the_brows_are_above_the_mouth() -> None:
    expression = measure_expression(lips_at(0))
    assert expression.brows.bottom_px < expression.mouth.top_px


def test_parted_lips_are_likelier_open() -> None:
    closed, parted, wide = (measure_expression(lips_at(gap)).mouth_open for gap in (0, 0.05, 0.2))
    assert closed < parted < wide


def test_bared_teeth_are_told_without_a_gap() -> None:
    shapes = {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9}
    shapes |= {"mouthUpperUpLeft": 0.6, "mouthUpperUpRight": 0.6}
    calm = measure_expression(lips_at(0.02))
    bared = measure_expression(dataclasses.replace(lips_at(0.02), blendshapes=shapes))
    assert bared.mouth_open > calm.mouth_open
