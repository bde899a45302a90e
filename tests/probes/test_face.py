"""Faces are found wherever and however they are in the picture, once each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.core.probe import Unmeasurable
from qcheck.probes.face import _whole, distinct, face_regions, find_faces, main_face
from qcheck.probes.portrait import Face, Faces

Pixels = NDArray[np.uint8]


@cache
def portrait() -> Pixels:
    path = Path(__file__).parents[2] / "fixtures" / "portrait.png"
    read = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert read is not None
    return cv2.resize(read, (1000, 1000), interpolation=cv2.INTER_AREA).astype(np.uint8)


def found(bgr: Pixels) -> tuple[Face, ...]:
    return find_faces(synthetic.picture(bgr)).faces


@cache
def sitter() -> Box:
    return found(portrait())[0].region


def head() -> Pixels:
    box = sitter()
    x, y = (round(v) for v in box.centre_px)
    half = round(0.8 * box.side_px)
    return portrait()[max(0, y - half) : y + half, max(0, x - half) : x + half]


def on_canvas(patch: Pixels, side: int, left: int, top: int) -> Pixels:
    canvas = np.full((side, side, 3), 120, np.uint8)
    canvas[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
    return canvas


def overlap(one: Box, other: Box) -> float:
    width = min(one.right_px, other.right_px) - max(one.left_px, other.left_px)
    height = min(one.bottom_px, other.bottom_px) - max(one.top_px, other.top_px)
    shared = max(width, 0) * max(height, 0)
    return shared / (one.area_px + other.area_px - shared)


def scaled(box: Box, factor: float, left: float = 0, top: float = 0) -> Box:
    return Box(
        box.left_px * factor + left,
        box.top_px * factor + top,
        box.right_px * factor + left,
        box.bottom_px * factor + top,
    )


def test_one_sitter_is_one_face() -> None:
    assert len(found(portrait())) == 1


@pytest.mark.parametrize("factor", [0.3, 2.5])
def test_the_region_scales_with_the_picture(factor: float) -> None:
    resized = cv2.resize(portrait(), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    (face,) = found(resized.astype(np.uint8))
    assert overlap(face.region, scaled(sitter(), factor)) > 0.9


def test_a_face_that_is_small_in_a_large_picture_is_found() -> None:
    small = cv2.resize(portrait(), (220, 220), interpolation=cv2.INTER_AREA).astype(np.uint8)
    (face,) = found(on_canvas(small, 2000, 300, 500))
    assert overlap(face.region, scaled(sitter(), 0.22, 300, 500)) > 0.7


def test_a_face_that_fills_the_picture_is_found() -> None:
    box = sitter()
    tight = portrait()[
        round(box.top_px) : round(box.bottom_px), round(box.left_px) : round(box.right_px)
    ]
    (face,) = found(np.ascontiguousarray(tight))
    assert face.region.height_px == pytest.approx(tight.shape[0], rel=0.15)


def test_a_face_in_the_dark_is_found() -> None:
    (face,) = found((portrait() * 0.04).astype(np.uint8))
    assert overlap(face.region, sitter()) > 0.7


@pytest.mark.parametrize(
    ("code", "forehead"),
    [
        (cv2.ROTATE_90_CLOCKWISE, (1, 0)),
        (cv2.ROTATE_90_COUNTERCLOCKWISE, (-1, 0)),
    ],
)
def test_a_picture_on_its_side_shows_its_face_where_it_is(
    code: int, forehead: tuple[int, int]
) -> None:
    turned = cv2.rotate(portrait(), code).astype(np.uint8)
    (face,) = found(turned)
    mask = np.zeros(portrait().shape[:2], np.uint8)
    box = sitter()
    mask[round(box.top_px) : round(box.bottom_px), round(box.left_px) : round(box.right_px)] = 255
    rows, columns = np.nonzero(cv2.rotate(mask, code))
    expected = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert overlap(face.region, expected) > 0.8
    up = face.landmarks_px[10, :2] - face.landmarks_px[152, :2]
    assert np.dot(up / np.linalg.norm(up), forehead) > 0.98
    # The face's own y axis (second column, camera axes with y up) follows the forehead.
    axis = face.transform[:2, 1] * (1, -1)
    assert np.dot(axis / np.linalg.norm(axis), forehead) > 0.98


def test_two_people_are_two_faces() -> None:
    pair = np.hstack([portrait(), portrait()[:, ::-1]])
    faces = found(np.ascontiguousarray(pair))
    assert len(faces) == 2
    assert overlap(min((f.region for f in faces), key=lambda b: b.left_px), sitter()) > 0.9


def test_a_bystander_beside_the_sitter_is_found() -> None:
    small = cv2.resize(head(), (110, 110), interpolation=cv2.INTER_AREA)
    scene = portrait().copy()
    scene[300:410, 40:150] = small
    faces = found(scene)
    assert len(faces) == 2
    assert overlap(faces[0].region, sitter()) > 0.9
    x, y = faces[1].region.centre_px
    assert 40 < x < 150
    assert 300 < y < 410


def test_everybody_in_a_group_is_found() -> None:
    small = cv2.resize(portrait(), (340, 340), interpolation=cv2.INTER_AREA).astype(np.uint8)
    scene = on_canvas(small, 1400, 30, 40)
    for left, top in ((980, 60), (500, 560), (60, 1000), (1000, 980)):
        scene[top : top + 340, left : left + 340] = small
    assert len(found(scene)) == 5


def test_what_shows_a_face_only_by_itself_is_part_of_the_head_it_lies_on() -> None:
    small = cv2.resize(head(), (90, 90), interpolation=cv2.INTER_AREA).astype(np.uint8)
    (main,) = found(portrait())
    box = main.region
    ear = boxed(box.right_px, box.centre_px[1] - 45, 90, 90)
    assert _whole(portrait(), [main, ear]) == [main]
    scene = portrait().copy()
    x, y = round(box.right_px), round(box.centre_px[1])
    scene[y - 45 : y + 45, x : x + 90] = small
    (neighbour,) = found(small)
    beside = scaled(neighbour.region, 1, x, y - 45)
    child = boxed(beside.left_px, beside.top_px, beside.width_px, beside.height_px)
    assert _whole(scene, [main, child]) == [main, child]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (40, 30, 3), (700, 500, 3)])
def test_no_face_is_found_where_there_is_none(shape: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    faces = find_faces(synthetic.picture(noise))
    assert faces.faces == ()
    assert face_regions(faces).regions == ()
    with pytest.raises(Unmeasurable, match="no face was found"):
        main_face(faces)


def test_a_covered_face_that_only_shows_mirrored_is_found(corpus: Path) -> None:
    stored = cv2.imread(str(corpus / "portraits/facemask_with/with_mask207.jpg"))
    (face,) = found(np.ascontiguousarray(stored))
    # The sitter's right eye, which is nearer to the lens, lies to the left in the picture.
    assert face.right_eye_px[0] < face.left_eye_px[0]
    assert overlap(face.region, Box(240, 100, 680, 560)) > 0.6


def test_landmarks_from_the_second_look_lie_where_the_first_look_puts_them() -> None:
    dark = (portrait() * 0.04).astype(np.uint8)
    (face,) = found(dark)
    (bright,) = found(portrait())
    off = np.linalg.norm(face.landmarks_px[:, :2] - bright.landmarks_px[:, :2], axis=1)
    assert np.median(off) < 0.04 * bright.region.side_px


def test_cloth_is_no_face(fixtures: Path) -> None:
    stored = cv2.imread(str(fixtures / "portrait.png"))
    assert found(np.ascontiguousarray(stored[int(0.72 * stored.shape[0]) :])) == ()


def boxed(left: float, top: float, width: float, height: float) -> Face:
    box = Box(left, top, left + width, top + height)
    return Face(np.zeros((478, 3), np.float32), {}, np.eye(4, dtype=np.float32), box)


boxes = st.builds(
    boxed, st.floats(-50, 500), st.floats(-50, 500), st.floats(5, 400), st.floats(5, 400)
)


@given(st.lists(boxes, max_size=6))
def test_a_face_found_again_counts_once_and_the_largest_stays(faces: list[Face]) -> None:
    kept = distinct(faces)
    assert distinct([*faces, *faces]) == kept
    assert [f.region.area_px for f in kept] == sorted(
        (f.region.area_px for f in kept), reverse=True
    )
    if faces:
        assert kept[0].region.area_px == max(f.region.area_px for f in faces)
        assert main_face(Faces(tuple(kept))) is kept[0]


def test_neighbours_cheek_to_cheek_stay_two() -> None:
    assert len(distinct([boxed(0, 0, 100, 120), boxed(85, 10, 100, 110)])) == 2


def test_a_part_of_a_face_is_no_second_face() -> None:
    assert len(distinct([boxed(0, 0, 100, 120), boxed(20, 60, 40, 40)])) == 1
