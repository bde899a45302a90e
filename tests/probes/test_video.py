"""What follows from faces over time, and from two lengths."""

from __future__ import annotations

from qcheck.core.places import Box
from qcheck.probes.video import FaceCourse, Sighting, VoiceFit


def face(side_px: float) -> Box:
    return Box(0, 0, side_px / 2, side_px)


def test_the_usual_face_is_the_main_one_of_the_frames_that_show_one() -> None:
    sightings = (
        Sighting(0, (face(100), face(90))),
        Sighting(1, ()),
        Sighting(2, (face(300),)),
        Sighting(3, (face(110),)),
    )
    assert FaceCourse(sightings, 1.0).usual_face_px == 110
    assert FaceCourse(sightings[1:2], 1.0).usual_face_px is None


def test_a_shorter_voice_is_longer_by_less_than_nothing() -> None:
    assert VoiceFit(video_s=5.0, voice_s=8.0).longer_s == 3
    assert VoiceFit(video_s=8.0, voice_s=5.0).longer_s == -3
