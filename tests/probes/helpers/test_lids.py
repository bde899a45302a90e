"""Closed eyes, by what the lids of an aligned face look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.gaze import lid_gaps
from qcheck.probes.helpers.lids import closed, lid_features
from qcheck.probes.portrait import AlignedFace, EyeOpening, Face


@pytest.fixture(scope="module")
def sitter() -> tuple[np.ndarray, Face]:
    path = Path(__file__).parents[3] / "fixtures" / "portrait.png"
    evidence = Evidence(File(path.name, path.read_bytes()))
    return evidence.get(AlignedFace).bgr, evidence.get(Face)


def features(sitter: tuple[np.ndarray, Face]) -> np.ndarray:
    bgr, face = sitter
    return lid_features(bgr, lid_gaps(face), dict(face.blendshapes))


def test_open_eyes_are_open(sitter: tuple[np.ndarray, Face]) -> None:
    assert max(closed(features(sitter))) < 0.5


def test_closed_eyes_are_closed(fixtures: Path) -> None:
    path = fixtures / "defects" / "eyes-open.jpg"
    opening = Evidence(File(path.name, path.read_bytes())).get(EyeOpening)
    assert max(opening.right_closed, opening.left_closed) > 0.5


def test_the_left_eye_is_described_as_the_right_one_of_a_mirror_image(
    sitter: tuple[np.ndarray, Face],
) -> None:
    bgr = sitter[0].copy()
    # A dark patch at the outer corner of the left eye, which lies at the outer corner still when
    # that eye is the right one of the mirror image.
    bgr[50:70, 91:99] = 0
    shapes = {"eyeBlinkRight": 0.2, "eyeBlinkLeft": 0.6}
    swapped = {"eyeBlinkRight": 0.6, "eyeBlinkLeft": 0.2}
    right, left = lid_features(bgr, (0.05, 0.07), shapes)
    mirrored = np.ascontiguousarray(bgr[:, ::-1])
    other_right, other_left = lid_features(mirrored, (0.07, 0.05), swapped)
    # A mirror image lies half a pixel beside the template.
    assert np.corrcoef(left, other_right)[0, 1] > 0.9
    assert np.corrcoef(right, other_left)[0, 1] > 0.9
    assert left[:7] == pytest.approx(other_right[:7])


@pytest.mark.parametrize("gain", [0.5, 1.3])
def test_brightness_hardly_counts(sitter: tuple[np.ndarray, Face], gain: float) -> None:
    bgr, face = sitter
    lit = np.clip(bgr * gain, 0, 255).astype(np.uint8)
    assert max(closed(features((lit, face)))) < 0.5
