"""The head is tilted to one side.

What it measures: the angle by which the head leans towards a shoulder, in degrees; 0 is upright.

Why it matters: Many models straighten the face before they animate it and tilt it back afterwards:
the more tilt, the more the mouth and the jaw line wobble.

How to mend it: Hold the head upright, or rotate the picture so that the eyes are level and crop it
again.

References: fudan-generative-vision/hallo#172 asks for a rotation under 30 degrees; ICAO 9303 asks
for 8 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Face, HeadPose, Judgement, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_deg: float = 8
    fail_above_deg: float = 20


@rule("head-roll", code="P21", medium="portrait", limits=Limits)
def head_roll(pose: HeadPose, face: Face, limits: Limits) -> Judgement:
    direction = "clockwise" if pose.roll_deg > 0 else "counter-clockwise"
    return at_most(
        abs(pose.roll_deg),
        warn=limits.warn_above_deg,
        fail=limits.fail_above_deg,
        unit="°",
        where=face.region,
        says=f"The head is tilted {{measured}} {direction}; that {{limit}}.",
    )
