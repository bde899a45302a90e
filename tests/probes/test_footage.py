"""Frames of a video as portraits, faces over time, and the voice beside it."""

from __future__ import annotations

import pytest
from made_videos import drifting, made

from qcheck.core.job import Job
from qcheck.core.places import Box
from qcheck.core.probe import Inapplicable
from qcheck.media.content import Footage, Picture, Video
from qcheck.media.file import File
from qcheck.probes.evidence import Beside, Evidence
from qcheck.probes.footage import compare_with_voice, follow_faces, open_frames
from qcheck.probes.portrait import FaceRegions
from qcheck.probes.video import Frame, Frames
from qcheck.probes.voice import Duration

MOVING = made(drifting(50), rotation_deg=-90)


def frames_of(job: Job) -> Frames:
    file = File("a.mp4", MOVING)
    return open_frames(Evidence(file).get(Video), file, job)


def test_a_frame_is_an_upright_portrait_with_a_time() -> None:
    frames = frames_of(Job()).frames
    footage = Evidence(File("a.mp4", MOVING)).get(Footage)
    assert [frame.at_s for frame in frames] == sorted(frame.at_s for frame in frames)
    for frame in frames:
        picture = frame.evidence.get(Picture)
        assert (picture.width_px, picture.height_px) == (footage.width_px, footage.height_px)
        assert frame.evidence.file.medium == "portrait"
        assert frame.evidence.file.name == f"a.mp4 at {frame.at_s:.2f} s"


def test_an_app_that_moves_no_lips_needs_no_face() -> None:
    with pytest.raises(Inapplicable, match="moves no lips"):
        frames_of(Job(app="infsh/media-merger"))


def test_faces_are_followed_from_frame_to_frame() -> None:
    regions = [(Box(0, 0, 10, 10),), (), (Box(5, 5, 10, 10), Box(0, 0, 1, 1))]
    frames = tuple(
        Frame(at_s, Evidence(File("a", b""), known={FaceRegions: FaceRegions(seen)}))
        for at_s, seen in zip((0.5, 1.5, 3.5), regions, strict=True)
    )
    course = follow_faces(Frames(frames))
    assert [sighting.faces for sighting in course.sightings] == regions
    assert [sighting.at_s for sighting in course.sightings] == [0.5, 1.5, 3.5]
    assert course.between_s == 1.5
    assert follow_faces(Frames(frames[:1])).between_s == 0


def test_lengths_are_compared_only_where_there_is_a_voice() -> None:
    footage = Evidence(File("a.mp4", MOVING)).get(Footage)
    voice = Evidence(File("b", b""), known={Duration: Duration(3.5)})
    fit = compare_with_voice(footage, Beside(voice))
    assert (fit.video_s, fit.voice_s) == (footage.seconds, 3.5)
    with pytest.raises(Inapplicable, match="no voice"):
        compare_with_voice(footage, Beside(None))
