"""Facial skin, cut out and sampled in mirrored pairs."""

from __future__ import annotations

import pytest
import synthetic_face as synthetic

from qcheck.core.probe import Unmeasurable
from qcheck.probes.light import measure_light

FACE = synthetic.face(500)


DRAWN = synthetic.drawn(FACE)


MIDDLE = int(FACE.region.centre_px[0])


def test_a_face_half_out_of_frame_is_refused_or_measured() -> None:
    cut = DRAWN[:, : MIDDLE - 60]
    with pytest.raises(Unmeasurable, match="outside the picture"):
        synthetic.skin(cut, FACE)
    most = DRAWN[:, : int(FACE.region.right_px) - 40]
    assert abs(measure_light(synthetic.skin(most, FACE)).difference_stops) < 0.1
    with pytest.raises(Unmeasurable, match="too little of the face"):
        synthetic.crop(DRAWN[:20, :20], FACE)
