"""The head is turned away, or seen from above or below.

What it measures: where the face points relative to the line to the camera: to the side (yaw) and up
or down (pitch), in degrees. 0 is straight into the lens; a level head taken from a raised camera is
seen from above, as a lowered chin is. How high a chin is held can be told to about 4 degrees only,
since noses and foreheads differ: by that much more has to be seen before the rule complains. Under
a mask or a hand the chin's height is a guess, and the rule says so.

Why it matters: The model only knows the side of the face that it sees. From a three-quarter or side
view it has to invent the other half, and the mouth slides over the cheek when it speaks.

How to mend it: Look straight at the camera, with the lens at the height of the eyes. Turn nose and
chin to the lens, not only the eyes.

References: fudan-generative-vision/hallo#172 asks for a rotation under 30 degrees; ICAO 9303 and
ISO/IEC 29794-5 ask for 5 degrees. Measured within 3 degrees (yaw) and 3 to 5 (pitch).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Chin, Face, HeadPose, Judgement, at_most, info, rule


@dataclass(frozen=True)
class Limits:
    warn_above_yaw_deg: float = 12
    fail_above_yaw_deg: float = 25
    warn_above_pitch_deg: float = 15
    fail_above_pitch_deg: float = 25
    pitch_uncertain_by_deg: float = 4
    """Standard deviation between people who hold their heads alike: 2.5 of rendered sitters about
    known poses, 3 to 5 within collections of studio frontals."""


@rule("frontal-pose", code="P20", medium=("portrait", "video"), limits=Limits)
def frontal_pose(pose: HeadPose, chin: Chin, face: Face, limits: Limits) -> Iterator[Judgement]:
    side = "left" if pose.yaw_deg > 0 else "right"
    yield at_most(
        abs(pose.yaw_deg),
        warn=limits.warn_above_yaw_deg,
        fail=limits.fail_above_yaw_deg,
        unit="°",
        where=face.region,
        says=f"The head is turned {{measured}} to the {side} of the picture; that {{limit}}.",
    )
    if chin.covered and pose.pitch_deg < 0:
        yield info(
            "How high the chin is held cannot be determined: something covers it.",
            measured=pose.pitch_deg,
            unit="°",
            where=face.region,
        )
        return
    # A level head taken from a raised camera looks the same as a lowered chin.
    seen, cause = (
        ("below", "the chin is up or the camera low")
        if pose.pitch_deg > 0
        else ("above", "the chin is down or the camera high")
    )
    off = abs(pose.pitch_deg)
    if 0 < off - limits.warn_above_pitch_deg <= limits.pitch_uncertain_by_deg:
        yield info(
            f"The face may be seen from {seen} by {{measured}}, or less: how a face is built and "
            "how it is held look alike.",
            measured=off,
            unit="°",
            where=face.region,
        )
        return
    yield at_most(
        off,
        warn=limits.warn_above_pitch_deg,
        fail=limits.fail_above_pitch_deg + limits.pitch_uncertain_by_deg,
        unit="°",
        where=face.region,
        says=f"The face is seen from {seen} by {{measured}} ({cause}); that {{limit}}.",
    )
