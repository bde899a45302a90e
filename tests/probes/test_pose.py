"""The pose of a head whose turn is known exactly, and of labelled people."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers.face_mesh import canonical_face
from qcheck.probes.portrait import Face, HeadPose
from qcheck.probes.pose import (
    angles_deg,
    fit_rotation,
    measure_head_pose,
    see_chin,
)

degrees = st.floats(-50, 50)


def rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """R = Rx Ry Rz of camera axes x right, y up, z to the camera."""
    x, y, z = -math.radians(pitch), -math.radians(yaw), -math.radians(roll)
    rx = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    ry = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    rz = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
    return rx @ ry @ rz


def seen(turn: NDArray[np.float64], scale: float = 40, shift: float = 500) -> NDArray[np.float64]:
    """The canonical face in pixels, y down."""
    return canonical_face() @ turn.T * (scale, -scale, -scale) + (shift, shift, 0)


@settings(max_examples=60, deadline=None)
@given(degrees, degrees, degrees, st.floats(1, 300), st.floats(-2000, 2000))
def test_a_known_turn_is_read_back_wherever_and_however_large_the_face_is(
    yaw: float, pitch: float, roll: float, scale: float, shift: float
) -> None:
    points = seen(rotation(yaw, pitch, roll), scale, shift)
    assert angles_deg(fit_rotation(points)) == pytest.approx((yaw, pitch, roll), abs=0.1)


@settings(max_examples=30, deadline=None)
@given(degrees, degrees, degrees)
def test_a_mirrored_face_is_turned_and_tilted_the_other_way(
    yaw: float, pitch: float, roll: float
) -> None:
    canonical = canonical_face()
    pairs = np.linalg.norm(canonical[None] - canonical[:, None] * (-1, 1, 1), axis=2).argmin(axis=1)
    mirrored = (seen(rotation(yaw, pitch, roll)) * (-1, 1, 1))[pairs]
    assert angles_deg(fit_rotation(mirrored)) == pytest.approx((-yaw, pitch, -roll), abs=0.1)


@pytest.mark.parametrize("flattened", [0.8, 1.2])
def test_depths_that_the_network_guessed_are_half_believed(flattened: float) -> None:
    points = seen(rotation(40, 0, 0))
    points[:, 2] *= flattened
    believed = math.degrees(math.atan(flattened * math.tan(math.radians(40))))
    off = angles_deg(fit_rotation(points))[0] - 40
    assert abs(off) < 0.75 * abs(believed - 40)
    assert off * (believed - 40) > 0


@pytest.mark.parametrize(
    ("turn", "landmark", "axis", "sign"),
    [
        ((30, 0, 0), 1, 0, -1),  # the nose points to the picture's left
        ((0, 30, 0), 1, 1, -1),  # and up
        ((0, 0, 30), 10, 0, 1),  # and clockwise: the forehead leans to the picture's right
    ],
)
def test_the_signs_are_those_of_the_documentation(
    turn: tuple[float, float, float], landmark: int, axis: int, sign: int
) -> None:
    moved = seen(rotation(*turn))[landmark] - seen(rotation(0, 0, 0))[landmark]
    assert np.sign(moved[axis]) == sign
    measured = angles_deg(fit_rotation(seen(rotation(*turn))))
    assert max(measured) == pytest.approx(30, abs=0.1)


def test_an_open_mouth_moves_the_chin_and_hardly_the_pose() -> None:
    model = canonical_face().copy()
    jaw = model[:, 1] < -6
    model[jaw, 1] -= 1.5
    opened = model * (40, -40, -40)
    assert abs(angles_deg(fit_rotation(opened))[1]) < 4


def test_the_pitch_of_the_model_face_is_not_the_zero() -> None:
    points = np.vstack([seen(rotation(0, 0, 0)), np.zeros((10, 3))]).astype(np.float32)
    face = Face(points, {}, np.eye(4, dtype=np.float32), Box(0, 0, 1, 1))
    assert measure_head_pose(face).pitch_deg == pytest.approx(1.7, abs=0.1)


def pose_of(path: Path) -> HeadPose:
    return Evidence(File(path.name, path.read_bytes())).get(HeadPose)


def test_the_rendered_sitter_looks_straight_ahead(fixtures: Path) -> None:
    pose = pose_of(fixtures / "portrait.png")
    assert abs(pose.yaw_deg) < 2
    # What is level is the renderer's own choice.
    assert abs(pose.pitch_deg) < 4
    assert abs(pose.roll_deg) < 1


def face_at(yaw: float, pitch: float, roll: float) -> Face:
    points = np.vstack([seen(rotation(yaw, pitch, roll)), np.zeros((10, 3))]).astype(np.float32)
    return Face(points, {}, np.eye(4, dtype=np.float32), Box(0, 0, 1, 1))


@given(st.floats(-60, 60), st.floats(-35, 35), st.floats(-30, 30))
@settings(max_examples=30, deadline=None)
def test_what_the_gains_do_is_alike_on_both_sides(yaw: float, pitch: float, roll: float) -> None:
    one, other = (
        measure_head_pose(face_at(*a)) for a in ((yaw, pitch, roll), (-yaw, pitch, -roll))
    )
    assert one.yaw_deg == pytest.approx(-other.yaw_deg, abs=0.3)
    assert one.pitch_deg == pytest.approx(other.pitch_deg, abs=0.3)
    assert one.roll_deg == pytest.approx(-other.roll_deg, abs=0.3)


def test_lower_is_read_lower_throughout() -> None:
    measured = [measure_head_pose(face_at(0, pitch, 0)).pitch_deg for pitch in range(-35, 36, 2)]
    assert all(np.diff(measured) > 0)


def test_a_chin_is_only_doubted_where_it_seems_lowered(fixtures: Path) -> None:
    file = fixtures / "defects" / "face-visible.jpg"
    evidence = Evidence(File(file.name, file.read_bytes()))
    picture, face = evidence.get(Picture), evidence.get(Face)
    assert not see_chin(picture, face, HeadPose(0, -5, 0)).covered
    assert see_chin(picture, face, HeadPose(0, -15, 0)).covered
    assert not see_chin(picture, face, HeadPose(60, -15, 0)).covered


def test_labelled_poses_are_met(corpus: Path) -> None:
    with (corpus / "portraits" / "labels.csv").open(encoding="utf-8") as table:
        rows = [r for r in csv.DictReader(table) if r["yaw"] and abs(float(r["yaw"])) < 50]
    errors = []
    for row in rows:
        pose = pose_of(corpus / "portraits" / row["file"])
        errors.append(
            (
                abs(pose.yaw_deg - float(row["yaw"])),
                abs(pose.pitch_deg - float(row["pitch"])),
                abs(pose.roll_deg - float(row["roll"])),
            )
        )
    yaw, pitch, roll = np.mean(errors, axis=0)
    assert len(rows) >= 7
    assert yaw < 4
    assert pitch < 5
    assert roll < 2.5
