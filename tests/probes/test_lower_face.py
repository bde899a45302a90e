"""Whether nose, mouth and chin are covered, on heads turned as far as they can be judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from painted_sitter import on

from qcheck.core.probe import Unmeasurable
from qcheck.probes.lower_face import measure_lower_face
from qcheck.probes.portrait import AlignedFace, Face, HeadPose, LowerFace


def measured(
    sitter: tuple[AlignedFace, Face],
    bgr: NDArray[np.uint8],
    yaw_deg: float = 0,
    jaw_open: float = 0,
) -> LowerFace:
    aligned, face = sitter
    copy = AlignedFace(bgr, aligned.inside, aligned.matrix, aligned.detail)
    face = replace(face, blendshapes={**face.blendshapes, "jawOpen": jaw_open})
    return measure_lower_face(copy, face, HeadPose(yaw_deg, 0, 0))


def test_the_sound_sitter_is_bare(sitter: tuple[AlignedFace, Face]) -> None:
    lower = measured(sitter, sitter[0].bgr)
    assert max(lower.covered, lower.part) < 0.3
    assert not lower.is_covered


@pytest.mark.parametrize("yaw_deg", [0, 50, -50])
def test_a_mask_is_told_on_turned_heads_as_well(
    sitter: tuple[AlignedFace, Face], yaw_deg: float
) -> None:
    masked = on(sitter, ("mask", (64, 112, 46, 34), 230))
    assert measured(sitter, masked, yaw_deg).is_covered


@pytest.mark.parametrize(
    ("jaw_open", "whole", "part"), [(0.04, True, True), (0.4, False, True), (0.8, False, False)]
)
def test_a_mouth_that_is_seen_open_is_not_covered(
    sitter: tuple[AlignedFace, Face], jaw_open: float, whole: bool, part: bool
) -> None:
    masked = on(sitter, ("mask", (64, 112, 46, 34), 230))
    lower = measured(sitter, masked, jaw_open=jaw_open)
    assert (lower.is_covered, lower.part > 0.5) == (whole, part)


def test_a_profile_cannot_be_told(sitter: tuple[AlignedFace, Face]) -> None:
    with pytest.raises(Unmeasurable, match="aside"):
        measured(sitter, sitter[0].bgr, yaw_deg=70)


def test_the_box_lies_below_the_eyes(sitter: tuple[AlignedFace, Face]) -> None:
    face = sitter[1]
    box = measured(sitter, sitter[0].bgr).box
    assert (
        max(face.right_eye_px[1], face.left_eye_px[1]) < box.top_px < face.region.centre_px[1] + 1
    )
    assert box.bottom_px == face.region.bottom_px
