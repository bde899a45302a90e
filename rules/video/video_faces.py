"""Nobody in the video, somebody else as well, or a face too small for new lips.

What it measures: the faces in frames spread over the whole video: in how many there is none, in how
many there are more than speakers, and how large the main face usually is. Whether that face is
turned away, covered, dark or blurred is told, frame by frame, by the rules for portraits.

Why it matters: A lip-sync model needs a face in every frame: some stop with an error where there is
none, some put the mouth on whatever is there. With a second face they move the wrong lips, or all.
Of a small face they redraw the mouth coarser than the rest.

How to mend it: Cut away the beginning and the end where nobody is seen, and what shows other
people; crop the picture to the speaker. If the face is small, use the original instead of a reduced
copy, or move the camera closer.

References: Rudrabha/Wav2Lip#244 (a face is needed in all the frames), bytedance/LatentSync#153 and
#207 (several faces), which redraws faces at 256 px; Wav2Lip at 96 px.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qcheck import (
    FaceCourse,
    Job,
    Judgement,
    Sighting,
    Span,
    at_least,
    failed,
    passed,
    rule,
    warned,
)


@dataclass(frozen=True)
class Limits:
    fail_above_missing_share: float = 0.25
    """Of the frames that were looked at."""
    fail_above_others_share: float = 0.25
    comparable_from_share: float = 0.1
    """Of the main face's area: smaller ones are bystanders."""
    warn_below_px: float = 256
    fail_below_px: float = 96


@rule("video-faces", code="M06", medium="video", limits=Limits)
def video_faces(course: FaceCourse, job: Job, limits: Limits) -> Iterator[Judgement]:
    count = len(course.sightings)
    usual_px = course.usual_face_px
    if usual_px is None:
        yield failed(
            f"No face was found in any of {count} frames of the video.", measured=0, wanted=count
        )
        return
    missing = [not sighting.faces for sighting in course.sightings]
    yield _judged(
        missing,
        course,
        limits.fail_above_missing_share,
        f"No face was found in {sum(missing)} of {count} frames looked at.",
        "A face was found in every frame looked at.",
    )
    most = max(len(_comparable(sighting, limits)) for sighting in course.sightings)
    others = [len(_comparable(sighting, limits)) > job.speakers for sighting in course.sightings]
    speakers = f"{job.speakers} speaker{'s' if job.speakers > 1 else ''}"
    yield _judged(
        others,
        course,
        limits.fail_above_others_share,
        f"There are up to {most} faces in {sum(others)} of {count} frames looked at, for "
        f"{speakers}.",
        f"No frame looked at shows more faces than {speakers}.",
    )
    yield at_least(
        usual_px,
        warn=limits.warn_below_px,
        fail=limits.fail_below_px,
        unit="px",
        says="The face is usually {measured} across; {wanted} are wanted.",
    )


def _comparable(sighting: Sighting, limits: Limits) -> list[object]:
    if not sighting.faces:
        return []
    main = sighting.faces[0].area_px
    return [face for face in sighting.faces if face.area_px >= limits.comparable_from_share * main]


def _judged(
    flags: Sequence[bool], course: FaceCourse, fail_above_share: float, says: str, fine: str
) -> Judgement:
    if not any(flags):
        return passed(fine, measured=0)
    where = _spans(flags, course)
    if sum(flags) > fail_above_share * len(flags):
        return failed(says, measured=sum(flags), wanted=0, where=where)
    return warned(says, measured=sum(flags), wanted=0, where=where)


def _spans(flags: Sequence[bool], course: FaceCourse) -> list[Span]:
    """Where flags stand in a row, from the first such frame to the last."""
    spans: list[Span] = []
    before = False
    for flag, sighting in zip(flags, course.sightings, strict=True):
        if flag:
            start_s = spans.pop().start_s if before else sighting.at_s
            spans.append(Span(start_s, sighting.at_s))
        before = flag
    return spans
