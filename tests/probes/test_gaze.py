"""Gaze and lids, on a face whose eyes are turned and closed by a known amount."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import synthetic_face as synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.core.places import Box
from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.aligned import align_face
from qcheck.probes.evidence import Evidence
from qcheck.probes.gaze import measure_eye_opening, measure_gaze
from qcheck.probes.helpers.eyes import EYES
from qcheck.probes.helpers.lids import lid_features
from qcheck.probes.portrait import Covering, EyeOpening, Face, Gaze, HeadPose

NOWHERE = Box(0, 0, 1, 1)
BARE = Covering(0, 0, 0, 0, NOWHERE, NOWHERE, NOWHERE)
DARK = dataclasses.replace(BARE, right_eye=0.9, left_eye=0.9)
OPEN = EyeOpening(0.07, 0.07, 0, 0, 0, 0, NOWHERE, NOWHERE)
AHEAD = HeadPose(0, 0, 0)
FACE = synthetic.face(400)
ALIGNED = align_face(synthetic.picture(synthetic.drawn(FACE)), FACE)


def looking(right_of_middle: float, below_middle: float, face: Face | None = None) -> Face:
    """The irises moved from the middle between the corners, in eye widths."""
    face = face or synthetic.face(600)
    points = face.landmarks_px.copy()
    for one, other, iris, _ in EYES:
        along = points[other, :2] - points[one, :2]
        down = np.array([-along[1], along[0]])
        middle = (points[one, :2] + points[other, :2]) / 2
        points[iris, :2] = middle + right_of_middle * along + below_middle * down
    return dataclasses.replace(face, landmarks_px=points)


def gaze_of(face: Face, pose: HeadPose = AHEAD) -> Gaze:
    return measure_gaze(face, pose, OPEN, BARE)


# Where the irises of people lie who look into the lens.
AT_LENS = (0.0045, -0.08)


def test_irises_at_rest_look_into_the_lens() -> None:
    assert gaze_of(looking(*AT_LENS)).off_lens_deg < 0.5


@pytest.mark.parametrize("degrees", [-35, -20, -10, 10, 20, 35])
def test_an_eyeball_turned_aside_reads_its_angle(degrees: float) -> None:
    # 10.5 mm of reach in an eye 29 mm wide: the anatomy, of which landmarks show a little less.
    moved = 10.5 / 29 * np.sin(np.radians(degrees))
    measured = gaze_of(looking(AT_LENS[0] + moved, AT_LENS[1]))
    assert -measured.yaw_deg == pytest.approx(degrees, rel=0.1)
    assert abs(measured.pitch_deg) < 0.5


@pytest.mark.parametrize("yaw", [-20.0, -10.0, 10.0, 20.0])
def test_a_turned_head_may_keep_its_eyes_on_the_lens(yaw: float) -> None:
    # Turned to the picture's left (yaw > 0), the corners move left under an iris that stays.
    moved = 5.6 / 29 * np.tan(np.radians(yaw))
    measured = gaze_of(looking(AT_LENS[0] + moved, AT_LENS[1]), HeadPose(yaw, 0, 0))
    assert measured.off_lens_deg < 1


@pytest.mark.parametrize("yaw", [-20.0, 20.0])
def test_a_turned_head_that_takes_the_eyes_along_looks_away(yaw: float) -> None:
    moved = -(10.5 - 5.6) / 29 * np.tan(np.radians(yaw))
    measured = gaze_of(looking(AT_LENS[0] + moved, AT_LENS[1]), HeadPose(yaw, 0, 0))
    assert measured.yaw_deg == pytest.approx(yaw, abs=4)


def test_lowered_irises_look_down() -> None:
    measured = gaze_of(looking(AT_LENS[0], AT_LENS[1] + 0.12))
    assert measured.pitch_deg < -12


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(0.1, 20), st.floats(-40, 40))
def test_size_and_tilt_of_the_picture_do_not_count(
    right: float, below: float, scale: float, degrees: float
) -> None:
    face = looking(right, below)
    c, s = np.cos(np.radians(degrees)) * scale, np.sin(np.radians(degrees)) * scale
    points = face.landmarks_px.astype(np.float64).copy()
    points[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]])
    turned = dataclasses.replace(face, landmarks_px=points.astype(np.float32))
    one, other = gaze_of(face), gaze_of(turned)
    assert one.yaw_deg == pytest.approx(other.yaw_deg, abs=0.3)
    assert one.pitch_deg == pytest.approx(other.pitch_deg, abs=0.3)


@settings(max_examples=30, deadline=None)
@given(st.floats(-0.3, 0.28), st.floats(0.005, 0.02))
def test_the_further_the_iris_the_further_the_gaze(right: float, more: float) -> None:
    assert gaze_of(looking(right, 0)).yaw_deg > gaze_of(looking(right + more, 0)).yaw_deg


def test_covered_eyes_have_no_gaze_and_no_opening() -> None:
    with pytest.raises(Unmeasurable, match="covered"):
        measure_gaze(looking(0, 0), AHEAD, OPEN, DARK)
    with pytest.raises(Unmeasurable, match="covered"):
        measure_eye_opening(looking(0, 0), ALIGNED, DARK)


def test_a_masked_face_says_so() -> None:
    masked = dataclasses.replace(BARE, lower_face=0.9)
    assert measure_gaze(looking(*AT_LENS), AHEAD, OPEN, masked).face_covered
    assert not gaze_of(looking(*AT_LENS)).face_covered


def test_closed_eyes_have_no_gaze() -> None:
    shut = dataclasses.replace(OPEN, right_gap_share=0.003, left_gap_share=0.004)
    with pytest.raises(Unmeasurable, match="closed"):
        measure_gaze(looking(0, 0), AHEAD, shut, BARE)


def lids_at(gap_share: float, face: Face) -> Face:
    """Both eyes' lids this far apart, as a share of the distance from eyes to chin."""
    points = face.landmarks_px.copy()
    eyes = np.add(face.right_eye_px, face.left_eye_px) / 2
    down = points[152, :2] - eyes
    for *_, pairs in EYES:
        for upper, lower in pairs:
            middle = (points[upper, :2] + points[lower, :2]) / 2
            points[upper, :2] = middle - down * gap_share / 2
            points[lower, :2] = middle + down * gap_share / 2
    return dataclasses.replace(face, landmarks_px=points)


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 0.15), st.floats(100, 3000))
def test_the_gap_between_the_lids_is_a_share_of_the_face(gap: float, side_px: float) -> None:
    opening = measure_eye_opening(lids_at(gap, synthetic.face(side_px)), ALIGNED, BARE)
    assert opening.right_gap_share == pytest.approx(gap, abs=0.002)
    assert opening.left_gap_share == pytest.approx(gap, abs=0.002)


def test_each_eye_is_measured_by_itself() -> None:
    face = lids_at(0.07, synthetic.face(600))
    points = face.landmarks_px.copy()
    for upper, lower in EYES[0][3]:
        points[upper] = points[lower]
    opening = measure_eye_opening(dataclasses.replace(face, landmarks_px=points), ALIGNED, BARE)
    assert opening.right_gap_share < 0.005
    assert opening.left_gap_share > 0.065
    assert opening.right_eye.centre_px[0] < opening.left_eye.centre_px[0]


def test_a_mirrored_face_has_its_eyes_changed_over() -> None:
    shapes = {"eyeBlinkRight": 0.1, "eyeBlinkLeft": 0.6}
    swapped = {"eyeBlinkRight": 0.6, "eyeBlinkLeft": 0.1}
    seen = ALIGNED.bgr.copy()
    seen[:, :64] //= 2
    ahead = lid_features(seen, (0.07, 0.02), shapes)
    mirrored = lid_features(np.ascontiguousarray(seen[:, ::-1]), (0.02, 0.07), swapped)
    assert mirrored[::-1] == pytest.approx(ahead, abs=0.02)


def test_closed_eyes_of_people_look_closed(corpus: Path) -> None:
    for number in ("02", "08", "11", "15"):
        shut = measured(corpus / "portraits" / "yale" / f"subject{number}.sleepy").get(EyeOpening)
        calm = measured(corpus / "portraits" / "yale" / f"subject{number}.sad").get(EyeOpening)
        assert min(shut.right_closed, shut.left_closed) > 0.8
        assert max(calm.right_closed, calm.left_closed) < 0.5


def measured(path: Path) -> Evidence:
    return Evidence(File(path.name, path.read_bytes()))


def test_the_rendered_sitter_looks_where_the_eyes_were_turned(fixtures: Path) -> None:
    ahead = measured(fixtures / "portrait.png").get(Gaze)
    aside = measured(fixtures / "defects" / "eye-contact.jpg").get(Gaze)
    assert ahead.off_lens_deg < 8
    # The eyes were turned by 30 degrees.
    assert abs(aside.yaw_deg - ahead.yaw_deg) == pytest.approx(30, abs=5)


def test_people_who_look_into_the_lens_are_believed(corpus: Path) -> None:
    folder = corpus / "portraits" / "canada"
    off = [measured(path).get(Gaze).off_lens_deg for path in sorted(folder.iterdir())[:8]]
    assert max(off) < 10
