"""What follows from the measurements of eyes and mouth."""

from __future__ import annotations

import pytest

from qcheck.core.places import Box
from qcheck.probes.portrait import COVERED_ABOVE, Covering, EyeOpening, Gaze

NOWHERE = Box(0, 0, 1, 1)


def opening(gap: float, blink: float) -> EyeOpening:
    return EyeOpening(gap, gap / 2, blink, blink, 0, 0, NOWHERE, NOWHERE)


def test_an_eye_is_as_open_as_its_gap_less_what_blinking_takes_off() -> None:
    assert opening(0.07, 0.25).right_open_share == pytest.approx(0.07)
    # A tenth over rest takes six thousandths.
    assert opening(0.07, 0.35).right_open_share == pytest.approx(0.064)
    assert opening(0.07, 0.35).left_open_share == pytest.approx(0.029)
    assert opening(0.07, 0.05).right_open_share == pytest.approx(0.082)
    assert opening(0.01, 0.9).right_open_share == 0


def test_the_worse_eye_says_whether_eyes_are_covered() -> None:
    def covering(right: float, left: float, lower: float) -> Covering:
        return Covering(right, left, lower, 0, NOWHERE, NOWHERE, NOWHERE)

    assert covering(0.1, 0.9, 0).eyes == 0.9
    assert covering(0.1, 0.9, 0).eyes_covered
    assert not covering(COVERED_ABOVE, COVERED_ABOVE, COVERED_ABOVE).eyes_covered
    assert not covering(1, 1, COVERED_ABOVE).mouth_covered
    assert covering(0, 0, 0.51).mouth_covered


def test_a_gaze_is_as_far_off_as_both_its_angles_together() -> None:
    gaze = Gaze(3.0, -4.0, -12.0, 5.0, 30.0, face_covered=False, eyes=())
    assert gaze.off_lens_deg == pytest.approx(5)
    assert gaze.head_turn_deg == 12
