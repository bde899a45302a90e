"""What is in front of the face, drawn onto sitters whose face is known to be bare."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from painted_sitter import on

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes.covering import measure_covering
from qcheck.probes.evidence import Evidence
from qcheck.probes.lower_face import measure_lower_face
from qcheck.probes.portrait import (
    AlignedFace,
    Covering,
    Expression,
    EyeOpening,
    Face,
    Gaze,
    HeadPose,
)

BRIGHTNESS = (0.6, 0.8, 1.0, 1.2)


def with_copy(
    sitter: tuple[AlignedFace, Face], bgr: NDArray[np.uint8], yaw_deg: float = 0
) -> Covering:
    aligned, face = sitter
    copy = AlignedFace(bgr, aligned.inside, aligned.matrix, aligned.detail)
    pose = HeadPose(yaw_deg, 0, 0)
    return measure_covering(copy, face, pose, measure_lower_face(copy, face, pose))


def test_the_sound_sitter_is_bare(sitter: tuple[AlignedFace, Face]) -> None:
    covering = with_copy(sitter, sitter[0].bgr)
    assert max(covering.right_eye, covering.left_eye, covering.lower_face) < 0.3
    assert covering.glare_share < 0.05


def test_a_face_seen_from_the_side_cannot_be_told(sitter: tuple[AlignedFace, Face]) -> None:
    with pytest.raises(Unmeasurable, match="aside"):
        with_copy(sitter, sitter[0].bgr, yaw_deg=-60)


def test_a_face_half_in_the_black_cannot_be_told(sitter: tuple[AlignedFace, Face]) -> None:
    bgr = sitter[0].bgr.copy()
    bgr[:, 62:] //= 20
    with pytest.raises(Unmeasurable, match="half"):
        with_copy(sitter, bgr)


@pytest.mark.parametrize("tone", [10, 30, 50])
def test_dark_lenses_cover_both_eyes(sitter: tuple[AlignedFace, Face], tone: int) -> None:
    lenses = on(sitter, ("lens", (43, 62, 17, 13), tone), ("lens", (85, 62, 17, 13), tone))
    covering = with_copy(sitter, lenses)
    assert min(covering.right_eye, covering.left_eye) > 0.5
    assert covering.lower_face < 0.5


def test_one_covered_eye_is_told_from_the_other(sitter: tuple[AlignedFace, Face]) -> None:
    right = with_copy(sitter, on(sitter, ("patch", (43, 62, 18, 15), 20)))
    left = with_copy(sitter, on(sitter, ("patch", (85, 62, 18, 15), 20)))
    assert right.right_eye > 0.5 > right.left_eye
    assert left.left_eye > 0.5 > left.right_eye


@pytest.mark.parametrize("tone", [20, 230])
def test_a_mask_covers_the_lower_face(sitter: tuple[AlignedFace, Face], tone: int) -> None:
    covering = with_copy(sitter, on(sitter, ("mask", (64, 112, 46, 34), tone)))
    assert covering.lower_face > 0.5
    assert max(covering.right_eye, covering.left_eye) < 0.5


@pytest.mark.parametrize("colour", [(210, 190, 130), (235, 235, 235), (25, 25, 25), (60, 40, 160)])
@pytest.mark.parametrize("grey", [False, True])
def test_masks_of_any_colour_are_told_in_colour_and_in_grey(
    sitter: tuple[AlignedFace, Face], colour: tuple[int, int, int], grey: bool
) -> None:
    bgr = sitter[0].bgr.copy()
    outline = [
        (22, 82),
        (64, 72),
        (106, 82),
        (102, 112),
        (84, 134),
        (64, 140),
        (44, 134),
        (26, 112),
    ]
    cv2.fillPoly(bgr, [np.array(outline)], colour, cv2.LINE_AA)
    if grey:
        luma = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
        bgr = np.asarray(cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR), np.uint8)
    assert with_copy(sitter, bgr).lower_face > 0.5


def test_a_cast_over_the_whole_picture_is_no_mask(sitter: tuple[AlignedFace, Face]) -> None:
    for cast in ((1.2, 1.0, 0.8), (0.8, 1.0, 1.2), (0.9, 1.1, 0.9)):
        bgr = np.clip(sitter[0].bgr * np.array(cast), 0, 255).astype(np.uint8)
        assert with_copy(sitter, bgr).lower_face < 0.5


def test_on_a_turned_head_one_eye_alone_is_no_evidence(sitter: tuple[AlignedFace, Face]) -> None:
    one = on(sitter, ("patch", (85, 60, 18, 15), 20))
    both = on(sitter, ("lens", (43, 62, 17, 13), 20), ("lens", (85, 62, 17, 13), 20))
    assert with_copy(sitter, one).eyes_covered
    assert not with_copy(sitter, one, yaw_deg=30).eyes_covered
    assert with_copy(sitter, both, yaw_deg=30).eyes_covered


@pytest.mark.parametrize("gain", BRIGHTNESS)
def test_brightness_and_grey_cover_nothing(sitter: tuple[AlignedFace, Face], gain: float) -> None:
    grey = cv2.cvtColor(sitter[0].bgr, cv2.COLOR_BGR2GRAY)
    lit = np.clip(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR) * gain, 0, 255).astype(np.uint8)
    covering = with_copy(sitter, lit)
    assert max(covering.right_eye, covering.left_eye, covering.lower_face) < 0.5


def test_glare_is_a_share_of_the_eye(sitter: tuple[AlignedFace, Face]) -> None:
    bgr = sitter[0].bgr.copy()
    bgr[55:66, 74:86] = 255
    assert 0.4 < with_copy(sitter, bgr).glare_share < 0.7


def test_covered_eyes_leave_the_mouth_to_be_judged(fixtures: Path) -> None:
    path = fixtures / "defects" / "eyes-visible.jpg"
    evidence = Evidence(File(path.name, path.read_bytes()))
    assert evidence.get(Covering).eyes_covered
    assert not evidence.get(Covering).mouth_covered
    assert evidence.get(Expression).lip_gap_share < 0.03
    for wanted in (Gaze, EyeOpening):
        with pytest.raises(Exception, match="covered"):
            evidence.get(wanted)


def test_a_mask_leaves_the_eyes_to_be_judged(fixtures: Path) -> None:
    path = fixtures / "defects" / "face-visible.jpg"
    evidence = Evidence(File(path.name, path.read_bytes()))
    assert evidence.get(Covering).mouth_covered
    assert not evidence.get(Covering).eyes_covered
    assert evidence.get(EyeOpening).right_gap_share > 0.03


def test_sunglasses_and_masks_of_the_corpus_are_told(corpus: Path) -> None:
    folder = corpus / "portraits"
    masks = sorted((folder / "facemask_with").iterdir())[:6]
    bare = sorted((folder / "canada").iterdir())[:4] + sorted((folder / "us_senate").iterdir())[:6]
    assert sum(with_mask(path) for path in masks) >= 4
    assert sum(with_mask(path) for path in bare) == 0


def with_mask(path: Path) -> bool:
    evidence = Evidence(File(path.name, path.read_bytes()))
    try:
        return evidence.get(Covering).mouth_covered
    except Exception:
        return False
