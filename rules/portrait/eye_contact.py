"""The eyes do not look into the lens.

What it measures: How far the gaze, that is head and eyes together, points past the camera, in
degrees: from where the irises lie between the corners of the eyes, and from how the head is turned.
0 is straight into the lens. A head turned a little with the eyes on the lens is fine.

Why it matters: The person in the clip keeps looking where the person in the picture looks. A viewer
who is not looked at feels that somebody else is being spoken to.

How to mend it: Look into the lens itself, not at the screen, the photographer or your own picture.
On a phone or laptop, a dot of tape beside the lens helps.

References: people notice a gaze that misses their eyes by 5 to 10 degrees (Chen 2002, Leveraging
the Asymmetric Sensitivity of Eye Contact for Videoconference). The measure is good to about
3 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Gaze, Judgement, at_most, failed, info, rule


@dataclass(frozen=True)
class Limits:
    warn_above_deg: float = 10
    fail_above_deg: float = 20
    least_eye_width_px: float = 12
    """In smaller eyes an iris is too few pixels to say where it points."""
    told_to_deg: float = 30
    """Beyond, an iris lies in the corner of the eye, and how far it points aside cannot be told."""
    most_head_turn_deg: float = 25
    """A head turned further is the cause, and has its own rule."""


@rule("eye-contact", code="P30", medium="portrait", limits=Limits)
def eye_contact(gaze: Gaze, limits: Limits) -> Judgement:
    if gaze.eye_width_px < limits.least_eye_width_px:
        return info(
            "Where the eyes look cannot be told: an eye is only {measured} wide.",
            measured=gaze.eye_width_px,
            unit="px",
            where=gaze.eyes,
        )
    if gaze.face_covered:
        return info(
            "Where the eyes look cannot be told: the face is covered, and how the head is turned "
            "with it.",
            where=gaze.eyes,
        )
    if gaze.head_turn_deg > limits.most_head_turn_deg:
        return info(
            "Where the eyes look cannot be told while the head is turned away this far.",
            where=gaze.eyes,
        )
    if gaze.off_lens_deg > max(limits.told_to_deg, limits.fail_above_deg):
        return failed(
            f"The eyes look far past the lens, {_direction(gaze)}: more than {{measured}}; at most "
            "{wanted} is wanted.",
            measured=limits.told_to_deg,
            wanted=limits.warn_above_deg,
            unit="°",
            where=gaze.eyes,
        )
    return at_most(
        gaze.off_lens_deg,
        warn=limits.warn_above_deg,
        fail=limits.fail_above_deg,
        unit="°",
        where=gaze.eyes,
        says=f"The eyes look {{measured}} past the lens, {_direction(gaze)}; "
        "at most {wanted} is wanted.",
    )


def _direction(gaze: Gaze) -> str:
    if abs(gaze.yaw_deg) >= abs(gaze.pitch_deg):
        return f"to the {'left' if gaze.yaw_deg > 0 else 'right'} of the picture"
    return "upwards" if gaze.pitch_deg > 0 else "downwards"
