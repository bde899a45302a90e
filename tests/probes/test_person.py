"""Crown, framing, cut edges and shoulders of a figure drawn to measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.backdrop import reduce_picture
from qcheck.probes.evidence import Evidence
from qcheck.probes.person import (
    find_crown,
    measure_body_extent,
    measure_face_edges,
    measure_framing,
    segment_person,
)
from qcheck.probes.portrait import BodyExtent, Crown, Face, FaceEdges, Faces, Framing, Person

SIDE = 800
SCALE = 4.0


def face_at(x: float, y: float, height: float = 200) -> Face:
    """A frontal face with its region's centre at (x, y)."""
    face = synthetic.face(height)
    shift = np.array([x, y]) - face.region.centre_px
    points = face.landmarks_px + np.array([*shift, 0], np.float32)
    left, top = points[:, :2].min(axis=0)
    right, bottom = points[:, :2].max(axis=0)
    return replace(
        face,
        landmarks_px=points.astype(np.float32),
        region=Box(float(left), float(top), float(right), float(bottom)),
    )


def blank(width: int = SIDE, height: int = SIDE) -> Picture:
    return synthetic.picture(np.full((height, width, 3), 128, np.uint8))


def mask_of(*areas: tuple[int, int, int, int]) -> Person:
    """Rectangles (left, top, right, bottom) in pixels of the picture."""
    mask = np.zeros((int(SIDE / SCALE), int(SIDE / SCALE)), np.float32)
    for left, top, right, bottom in areas:
        mask[int(top / SCALE) : int(bottom / SCALE), int(left / SCALE) : int(right / SCALE)] = 1
    return Person(mask, SCALE)


FACE = face_at(400, 400)
NO_CROWN = Crown(top_px=200, touches_top=False, estimated=False)


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 70))
def test_the_crown_is_the_top_of_the_hair(top: int) -> None:
    crown = find_crown(blank(), FACE, mask_of((300, top * 4, 500, SIDE)))
    assert crown.top_px == pytest.approx(top * 4, abs=SCALE)
    assert not crown.estimated
    assert not crown.touches_top


def test_hair_at_the_edge_is_noticed() -> None:
    crown = find_crown(blank(), FACE, mask_of((300, 0, 500, SIDE)))
    assert crown.touches_top
    assert crown.top_px == 0


def test_a_raised_hand_is_no_hair() -> None:
    crown = find_crown(blank(), FACE, mask_of((300, 240, 500, SIDE), (560, 20, 640, SIDE)))
    assert crown.top_px == pytest.approx(240, abs=SCALE)


def test_something_above_the_head_is_no_hair() -> None:
    crown = find_crown(blank(), FACE, mask_of((300, 240, 500, SIDE), (300, 40, 500, 120)))
    assert crown.top_px == pytest.approx(240, abs=SCALE)


def test_a_mask_that_ends_inside_the_face_is_not_believed() -> None:
    below_the_brows = int(FACE.region.top_px) + 24
    crown = find_crown(blank(), FACE, mask_of((300, below_the_brows, 500, SIDE)))
    assert crown.estimated
    assert crown.top_px < FACE.region.top_px


def test_without_a_mask_the_crown_is_guessed_and_said_to_be() -> None:
    crown = find_crown(blank(), FACE, mask_of())
    assert crown.estimated
    assert FACE.region.top_px - 100 < crown.top_px < FACE.region.top_px


@pytest.mark.parametrize(("x", "y"), [(-400, 400), (1200, 400), (400, -300), (400, 1100)])
def test_a_face_beyond_the_frame_has_a_guessed_crown(x: int, y: int) -> None:
    face = face_at(x, y)
    assert find_crown(blank(), face, mask_of((0, 0, SIDE, SIDE))).top_px >= 0
    assert measure_face_edges(blank(), face, NO_CROWN).outside_share > 0.99


@settings(max_examples=30, deadline=None)
@given(st.floats(0, SIDE), st.floats(0, SIDE))
def test_framing_is_measured_in_shares_of_the_picture(x: float, y: float) -> None:
    face = face_at(x, y)
    framing = measure_framing(blank(), Faces((face,)), face, NO_CROWN)
    assert framing.offset_share == pytest.approx(x / SIDE - 0.5, abs=1e-3)
    assert framing.group_offset_share == pytest.approx(framing.offset_share)
    eyes = (face.left_eye_px[1] + face.right_eye_px[1]) / 2
    assert framing.eye_height_share == pytest.approx(eyes / SIDE, abs=1e-3)
    assert framing.headroom_share == pytest.approx(0.25)
    assert framing.comparable_faces == 1


def test_two_people_are_judged_as_a_group_and_bystanders_are_not() -> None:
    left, right, far = face_at(200, 400), face_at(600, 360), face_at(760, 100, 40)
    framing = measure_framing(blank(), Faces((left, right, far)), left, NO_CROWN)
    assert framing.comparable_faces == 2
    assert framing.group_offset_share == pytest.approx(0, abs=1e-3)
    assert framing.offset_share == pytest.approx(-0.25, abs=1e-3)
    assert framing.eye_height_share - framing.group_eye_height_share == pytest.approx(20 / SIDE)


@pytest.mark.parametrize(
    ("x", "y", "side"),
    [(0, 400, "left"), (SIDE, 400, "right"), (400, 0, "top"), (400, SIDE, "bottom")],
)
def test_half_a_face_beyond_the_frame_is_half(x: int, y: int, side: str) -> None:
    edges = measure_face_edges(blank(), face_at(x, y), NO_CROWN)
    assert edges.outside_share == pytest.approx(0.5, abs=0.1)
    assert edges.sides == (side,)


def test_a_face_inside_is_whole() -> None:
    edges = measure_face_edges(blank(), FACE, NO_CROWN)
    assert edges.outside_share == pytest.approx(0, abs=1e-3)
    assert edges.sides == ()


@pytest.mark.parametrize(("shoulder_width", "expected"), [(130, False), (600, True), (SIDE, True)])
def test_shoulders_are_wider_than_a_neck(shoulder_width: int, expected: bool) -> None:
    face = face_at(400, 560)
    left, right = 400 - shoulder_width // 2, 400 + shoulder_width // 2
    person = mask_of((340, 300, 460, SIDE), (left, 740, right, SIDE))
    assert measure_body_extent(blank(), face, person).shoulders is expected


def test_far_below_the_chin_without_a_body_is_uncertain() -> None:
    face = face_at(400, 100, 100)
    extent = measure_body_extent(blank(), face, mask_of((100, 170, 700, SIDE)))
    assert extent.uncertain
    assert not extent.hips
    assert extent.below_chin_share > 5


def test_what_the_file_cuts_out_is_no_person() -> None:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    alpha[:, :400] = 255
    bgr: NDArray[np.uint8] = np.full((SIDE, SIDE, 3), 128, np.uint8)
    picture = synthetic.picture(bgr, alpha)
    mask = segment_person(picture, reduce_picture(picture)).mask
    assert mask[:, mask.shape[1] // 2 + 2 :].max() == 0


def evidence(path: Path) -> Evidence:
    return Evidence(File(path.name, path.read_bytes()))


def test_the_rendered_sitter_shows_head_and_shoulders(fixtures: Path) -> None:
    sound = evidence(fixtures / "portrait.png")
    extent = sound.get(BodyExtent)
    assert (extent.shoulders, extent.hips, extent.knees) == (True, False, False)
    assert sound.get(FaceEdges).outside_share == pytest.approx(0, abs=1e-3)
    assert 0 < sound.get(Framing).headroom_share < 0.1
