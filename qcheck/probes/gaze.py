"""Where the eyes look and how far they are open, from the landmarks of lids and irises."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.eyes import EYES, eye_box
from qcheck.probes.helpers.face_mesh import CHIN
from qcheck.probes.helpers.lids import closed, lid_features
from qcheck.probes.portrait import AlignedFace, Covering, EyeOpening, Face, Gaze, HeadPose

__all__ = ["lid_gaps", "measure_eye_opening", "measure_gaze"]

# In an adult an iris's centre lies about 10.5 mm in front of the eyeball's centre, the corners of
# the eye 5.6 mm, and they are 29 mm apart. In eye widths the iris therefore moves by .36 sin(gaze)
# against the corners, and a turn of the head moves the corners by .195 tan(yaw) under an iris that
# stays on the lens; 227 portraits looking into the lens give .183. The rendered sitter who looks 30
# degrees aside reads 25 with .36. A landmark model pulls irises towards the middle, hence both.
_IRIS_REACH = 0.34
_CORNER_REACH = 0.183
# Up and down the lids go along with the eye and the landmarks follow less surely, so that movement
# counts less; and half of the corners' part, since a measured pitch is half the sitter's build.
_IRIS_REACH_VERTICAL = 0.40
_CORNER_REACH_VERTICAL = 0.09
# Where the irises lie in people who look into the lens (the same portraits; standard deviations
# .013 and .016, that is 2 degrees).
_CENTRE = (0.0045, -0.080)

# Behind dark glass the landmark model invents irises, so a doubt is enough not to read them. Hardly
# a bare or clear-glassed face of the corpus is doubted as much.
_DOUBTED_ABOVE = 0.25

# With lids closer than this the irises are guessed.
_LEAST_GAP_SHARE = 0.02


def measure_gaze(face: Face, pose: HeadPose, opening: EyeOpening, covering: Covering) -> Gaze:
    """Measure where the eyes look relative to the lens.

    Raises :class:`Unmeasurable` where eyes are covered or closed.
    """
    if covering.eyes > _DOUBTED_ABOVE:
        raise Unmeasurable("the eyes are covered, or may be")
    if max(opening.right_gap_share, opening.left_gap_share) < _LEAST_GAP_SHARE:
        raise Unmeasurable("the eyes are closed")
    points = face.landmarks_px[:, :2].astype(np.float64)
    seen = np.array([_iris_offset(points, *eye[:3]) for eye in EYES])
    across, down = seen[:, :2].mean(axis=0)
    yaw, pitch = np.radians((pose.yaw_deg, pose.pitch_deg))
    right = across - _CENTRE[0] - _CORNER_REACH * np.tan(np.clip(yaw, -1.0, 1.0))
    lower = down - _CENTRE[1] - _CORNER_REACH_VERTICAL * np.tan(np.clip(pitch, -1.0, 1.0))
    return Gaze(
        yaw_deg=-_angle_deg(right / _IRIS_REACH),
        pitch_deg=-_angle_deg(lower / _IRIS_REACH_VERTICAL),
        head_yaw_deg=pose.yaw_deg,
        head_pitch_deg=pose.pitch_deg,
        eye_width_px=float(seen[:, 2].max()),
        face_covered=covering.mouth_covered,
        eyes=(eye_box(face, 0), eye_box(face, 1)),
    )


def _angle_deg(sine: float) -> float:
    return float(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))


def _iris_offset(
    points: NDArray[np.float64], one: int, other: int, iris: int
) -> tuple[float, float, float]:
    """Iris centre from the middle of the eye's corners, along and across the eye, in eye widths;
    and that width in pixels.
    """
    along = points[other] - points[one]
    width = max(float(np.hypot(*along)), 1e-6)
    along /= width
    offset = points[iris] - (points[one] + points[other]) / 2
    return (
        float(offset @ along / width),
        float((offset[1] * along[0] - offset[0] * along[1]) / width),
        width,
    )


def measure_eye_opening(face: Face, aligned: AlignedFace, covering: Covering) -> EyeOpening:
    """Measure the gap between the lids of each eye as ISO/IEC 29794-5 does.

    Raises :class:`Unmeasurable` where eyes are covered.
    """
    if covering.eyes_covered:
        raise Unmeasurable("the eyes are covered")
    gaps = lid_gaps(face)
    right, left = closed(lid_features(aligned.bgr, gaps, dict(face.blendshapes)))
    return EyeOpening(
        right_gap_share=gaps[0],
        left_gap_share=gaps[1],
        right_blink=face.blendshapes.get("eyeBlinkRight", 0.0),
        left_blink=face.blendshapes.get("eyeBlinkLeft", 0.0),
        right_closed=right,
        left_closed=left,
        right_eye=eye_box(face, 0),
        left_eye=eye_box(face, 1),
    )


def lid_gaps(face: Face) -> tuple[float, float]:
    """Between the lids of the right and the left eye, shares of the distance from eyes to chin."""
    points = face.landmarks_px[:, :2].astype(np.float64)
    eyes = np.add(face.right_eye_px, face.left_eye_px) / 2
    down = points[CHIN] - eyes
    length = max(float(np.hypot(*down)), 1e-6)
    gaps = []
    for *_, pairs in EYES:
        apart = [float(abs((points[a] - points[b]) @ down)) / length**2 for a, b in pairs]
        # The middle, or the mean of its neighbours where the lid is lowest in the middle.
        gaps.append(max(apart[0], (apart[1] + apart[2]) / 2))
    return gaps[0], gaps[1]
