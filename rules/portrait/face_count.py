"""No face, or more faces than speakers.

What it measures: how many people are in the picture, profiles and insets included, and how large
the face of each is next to the largest. One of at least a tenth of the largest one's area counts as
a possible speaker; a smaller one is a bystander. Who only shows the back of the head is not seen.

Why it matters: Without a face nothing can be animated and the job fails. With a second face the
model may animate the wrong one, or both: bystanders' lips move along with the voice. A
`mask_index` beyond the last face silently becomes 0.

How to mend it: Use a picture of the speaker alone, or crop the others away. If nobody is found,
choose a sharper, brighter picture in which the whole face is visible and larger; of somebody seen
from the side, take one that shows both eyes. For a dialogue, give the number of people with
--speakers; in a payload, `mask_index` says whose face moves.

References: OpenTalker/SadTalker#491 and #174, MeiGen-AI/InfiniteTalk#70, bytedance/LatentSync#229;
ISO/IEC 29794-5 "single face present".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qcheck import FaceRegions, Head, Job, Judgement, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    comparable_from_share: float = 0.1


@rule("face-count", code="P01", medium="portrait", limits=Limits)
def face_count(faces: FaceRegions, job: Job, limits: Limits) -> Iterator[Judgement]:
    if not faces.regions:
        yield _no_face(faces.others, job)
        return
    regions = sorted(
        [*faces.regions, *(head.region for head in faces.others)], key=lambda r: -r.area_px
    )
    largest = regions[0].area_px
    speakers = [r for r in regions if r.area_px >= limits.comparable_from_share * largest]
    bystanders = [r for r in regions if r.area_px < limits.comparable_from_share * largest]
    found = f"{len(speakers)} face{'s' if len(speakers) > 1 else ''}"
    aside = sum(head.side_view and head.region in speakers for head in faces.others)
    seen_from_the_side = f", {aside} of them seen from the side" if aside else ""
    wanted = f"{job.speakers} speaker{'s' if job.speakers > 1 else ''}"
    if job.mask_index is not None and job.mask_index >= len(faces.regions):
        yield failed(
            f"The job moves face {job.mask_index} (mask_index, 0 is the largest), and there are "
            f"{len(faces.regions)}: the largest would move instead."
            if len(faces.regions) > 1
            else f"The job moves face {job.mask_index} (mask_index, 0 is the largest), and there "
            "is only one: that one would move instead.",
            measured=len(faces.regions),
            wanted=job.mask_index + 1,
        )
    elif job.mask_index is not None and len(speakers) >= job.speakers:
        yield passed(f"{found.capitalize()}, of which the job moves one.", measured=len(speakers))
    elif len(speakers) != job.speakers:
        yield failed(
            f"There are {found} in the picture for {wanted}{seen_from_the_side}."
            if len(speakers) > 1
            else f"There is one face in the picture for {wanted}.",
            measured=len(speakers),
            wanted=job.speakers,
            where=speakers[job.speakers :] or speakers,
        )
    else:
        yield passed(f"{found.capitalize()} for {wanted}.", measured=len(speakers))
    if bystanders:
        people = "a smaller face" if len(bystanders) == 1 else f"{len(bystanders)} smaller faces"
        yield warned(
            f"There is also {people} in the background, whose lips may move along."
            if len(bystanders) == 1
            else f"There are also {people} in the background, whose lips may move along.",
            measured=len(bystanders),
            wanted=0,
            where=bystanders,
        )


def _no_face(heads: Sequence[Head], job: Job) -> Judgement:
    """What keeps a face from being animated where none can be followed."""
    if not heads:
        return failed("No face was found in the picture.", measured=0, wanted=job.speakers)
    return failed(
        "The head is seen from the side (a profile); the model needs to see both eyes."
        if heads[0].side_view
        else "There is a face, and too little of it can be made out: it is covered, cut off, "
        "blurred or in the dark.",
        measured=0,
        wanted=job.speakers,
        where=[head.region for head in heads],
    )
