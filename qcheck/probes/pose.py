"""How the head is turned, from the landmarks' positions in the picture.

MediaPipe's own matrix is not used for this: it takes the depths that its network guesses at face
value, which understates large turns (45 degrees read 35), and assumes a camera of 63 degrees, which
adds up to half of that at the picture's edge. The face model is fitted by scaled orthography: how
the face points relative to the line from the lens to the face, which is what "into the lens" means.
Positions x and y are observed, depths are guessed by the network or follow from the model; neither
knows this sitter's build, and where they differ the middle is nearer to the truth than either.

The landmark model itself leans towards the faces that it saw most: what is left of that is taken
out with gains that were read off sitters rendered in known poses and off AFLW2000-3D's labels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Picture
from qcheck.probes.helpers.aligned_face import align
from qcheck.probes.helpers.covers import check_seen, lower_probabilities
from qcheck.probes.helpers.face_mesh import canonical_face
from qcheck.probes.portrait import COVERED_ABOVE, Chin, Face, HeadPose

__all__ = ["angles_deg", "fit_rotation", "measure_head_pose", "see_chin"]

# Where known poses put the model face's zero (-1), moved towards where frontals that are held level
# put it (the medians of ten collections lie between -5 and +5 degrees around -2.5). Neither the
# face's size (75 to 500 px: within 0.6 degrees) nor a smile (the same 24 people: within 0.6) moves
# it; sitters' builds do.
_PITCH_ZERO_DEG = -1.7

# Eight rendered sitters in 72 known poses and seven people of AFLW2000-3D, every person weighing
# the same; 1.01 and 1.16 alone.
_YAW_GAIN = 1.09
# Lowered heads are read too level, raised ones are not.
_LOWERED_GAIN = 1.1
# A face turned aside seems to look up, with the square of the turn: degrees at a turn of 45.
_RISE_AT_45_DEG = 2.8
# Of the square no more is believed than was seen.
_MOST_TURN_DEG = 60.0

# Mouth and jaw move with expression, and a mask drags their landmarks down. They steady the fit,
# but less than what is fixed to the skull: at 0.3 masked frontals lose a quarter of their apparent
# nod (-9 to -7 degrees) and the error on AFLW2000-3D stays where it is.
_MOVABLE_BELOW_CM = -2.6
_MOVABLE_WEIGHT = 0.3

# Of the depth, what is the network's guess. Leaving one person out, the error of yaw on
# AFLW2000-3D and on rendered sitters is 3.6 and 1.8 degrees at 0, 3.1 and 1.7 at a half, 2.9 and
# 1.8 at 0.8; that of pitch 4.9 and 2.8, 3.6 and 2.5, 3.4 and 2.5.
_GUESSED_DEPTH = 0.5

_ITERATIONS = 12


def fit_rotation(points_px: NDArray[np.floating]) -> NDArray[np.float64]:
    """Rotation of the canonical face (3, 3) that best explains ``points_px`` (468 or more, 3).

    Scaled orthographic projection, weighted least squares: depths are the mean of what is given and
    of the model's at its current rotation, and the rotation is solved anew (Procrustes) until both
    agree, which is POSIT's scheme (DeMenthon and Davis 1995) without its perspective term.
    """
    model = canonical_face()
    weight = np.where(model[:, 1] > _MOVABLE_BELOW_CM, 1.0, _MOVABLE_WEIGHT)[:, None]
    weight /= weight.sum()
    model = model - (weight * model).sum(axis=0)
    # Depth grows away from the camera, y downwards.
    given = points_px[: len(model)].astype(np.float64) * (1.0, -1.0, -1.0)
    given -= (weight * given).sum(axis=0)
    seen, guessed = given[:, :2], given[:, 2]
    root = np.sqrt(weight)
    affine = np.linalg.lstsq(root * model, root * seen, rcond=None)[0].T
    u, _, vt = np.linalg.svd(affine, full_matrices=False)
    rows = u @ vt
    rotation: NDArray[np.float64] = np.vstack([rows, np.cross(rows[0], rows[1])])
    for _ in range(_ITERATIONS):
        turned = model @ rotation.T
        scale = (weight * seen * turned[:, :2]).sum() / (weight * turned[:, :2] ** 2).sum()
        depth = turned[:, 2] + _GUESSED_DEPTH * (guessed / scale - turned[:, 2])
        filled = np.column_stack([seen / scale, depth])
        u, _, vt = np.linalg.svd(filled.T @ (weight * model))
        rotation = u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt
    return rotation


def angles_deg(rotation: NDArray[np.floating]) -> tuple[float, float, float]:
    """Yaw, pitch, roll of a rotation from face to camera axes (x right, y up, z to the camera).

    Yaw and pitch say where the face points, roll how it is turned about that direction: the
    convention of 300W-LP and AFLW2000-3D (R = Rx Ry Rz).
    """
    ahead = rotation[:, 2]
    yaw = -np.arcsin(np.clip(ahead[0], -1.0, 1.0))
    pitch = np.arctan2(ahead[1], ahead[2])
    roll = np.arctan2(rotation[0, 1], rotation[0, 0])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def measure_head_pose(face: Face) -> HeadPose:
    yaw, pitch, roll = angles_deg(fit_rotation(face.landmarks_px))
    yaw *= _YAW_GAIN
    turn = min(abs(yaw), _MOST_TURN_DEG) / 45
    pitch -= _PITCH_ZERO_DEG + _RISE_AT_45_DEG * turn**2
    if pitch < 0:
        pitch *= _LOWERED_GAIN
    return HeadPose(yaw_deg=yaw, pitch_deg=pitch, roll_deg=roll)


def see_chin(picture: Picture, face: Face, pose: HeadPose) -> Chin:
    """Whether the chin is in sight, asked only where it seems to be lowered.

    What covers the chin drags the landmarks down; a face in that much profile that nobody can tell
    counts as bare.
    """
    if pose.pitch_deg > -_DOUBTED_BELOW_DEG:
        return Chin(covered=False)
    try:
        copy, inside, _ = align(picture.bgr, face.landmarks_px)
        check_seen(copy, inside, pose.yaw_deg)
    except Unmeasurable:
        return Chin(covered=False)
    lower_face, _ = lower_probabilities(copy)
    return Chin(covered=lower_face > COVERED_ABOVE)


# Masked frontals of the corpus read 8 degrees lower than bare ones.
_DOUBTED_BELOW_DEG = 10.0
