"""How a video is stored, its frames as portraits, and its length beside the voice's."""

from __future__ import annotations

import itertools

from qcheck.core.job import Job
from qcheck.core.probe import Inapplicable
from qcheck.media.content import Decoding, Footage, Picture, Video
from qcheck.media.file import File
from qcheck.media.frame_pixels import upright_bgr
from qcheck.probes.evidence import Beside, Evidence
from qcheck.probes.helpers.lip_sync import check_lips_move
from qcheck.probes.portrait import FaceRegions
from qcheck.probes.video import FaceCourse, Frame, Frames, Sighting, VoiceFit
from qcheck.probes.voice import Duration

__all__ = [
    "compare_with_voice",
    "follow_faces",
    "open_frames",
]


def open_frames(video: Video, file: File, job: Job) -> Frames:
    """The sampled frames as upright pictures.

    Raises :class:`Inapplicable` where the app only joins videos or writes on them: then nobody need
    be in the picture.
    """
    check_lips_move(job)
    return Frames(tuple(_frame(sample.at_s, sample.frame, file, job) for sample in video.samples))


def _frame(at_s: float, frame: object, file: File, job: Job) -> Frame:
    bgr = upright_bgr(frame)
    picture = Picture(
        bgr=bgr,
        alpha=None,
        format="video frame",
        stored_mode="YUV",
        bits_per_channel=8,
        exif_orientation=1,
        frames=1,
    )
    known = {Picture: picture, Decoding: Decoding(picture)}
    name = f"{file.name} at {at_s:.2f} s"
    return Frame(at_s, Evidence(File(name, b"", role="portrait"), job, known=known))


def follow_faces(frames: Frames) -> FaceCourse:
    """The faces in every sampled frame."""
    sightings = tuple(
        Sighting(frame.at_s, frame.evidence.get(FaceRegions).regions) for frame in frames.frames
    )
    steps = [b.at_s - a.at_s for a, b in itertools.pairwise(sightings)]
    return FaceCourse(sightings, sum(steps) / len(steps) if steps else 0.0)


def compare_with_voice(footage: Footage, beside: Beside) -> VoiceFit:
    """Both lengths. Raises :class:`Inapplicable` where no voice was given with the video."""
    if beside.voice is None:
        raise Inapplicable("no voice was given beside the video")
    return VoiceFit(footage.seconds, beside.voice.get(Duration).duration_s)
