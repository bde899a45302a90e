"""The person around the face: mask, body, crown, framing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Picture
from qcheck.probes.helpers import mediapipe_tasks as tasks
from qcheck.probes.helpers.face_mesh import CHIN, FOREHEAD
from qcheck.probes.helpers.shrink import halved
from qcheck.probes.portrait import (
    BodyExtent,
    Crown,
    Face,
    FaceEdges,
    Faces,
    Framing,
    Person,
    Thumbnail,
)

__all__ = [
    "find_crown",
    "measure_body_extent",
    "measure_face_edges",
    "measure_framing",
    "segment_person",
]

# The pose model works at 256 x 256 round the person.
_BODY_LONG_SIDE_PX = 800

# A file with fewer transparent pixels than this has an alpha channel that cuts nobody out.
_CUT_OUT_SHARE = 0.02

# Crown above the mesh's top as a share of the face's height (forehead point to chin), where no
# person mask tells: median over 59 studio frontals, hair included (0.34 to 0.59, 5th to 95th
# percentile).
_CROWN_ABOVE_FOREHEAD = 0.41


def segment_person(picture: Picture, thumbnail: Thumbnail) -> Person:
    """Person mask by the selfie segmenter; what the file itself cuts out is no person."""
    small = thumbnail.bgr
    rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
    result = tasks.run_task(tasks.person_segmenter(), rgb)
    mask = np.array(result.confidence_masks[0].numpy_view(), np.float32, copy=True)
    mask = mask.reshape(small.shape[:2])
    if picture.alpha is not None and (picture.alpha < 128).mean() > _CUT_OUT_SHARE:
        size = (small.shape[1], small.shape[0])
        mask = np.minimum(mask, cv2.resize(picture.alpha, size, interpolation=cv2.INTER_AREA) / 255)
    return Person(mask.astype(np.float32), thumbnail.scale)


def find_crown(picture: Picture, face: Face, person: Person) -> Crown:
    """The top of the head, hair included: the highest row of the mask above the face.

    Only columns over the face count, and only what hangs together with the forehead, so that
    neither a raised hand nor a neighbour is taken for hair.
    """
    forehead, chin = face.landmarks_px[FOREHEAD, :2], face.landmarks_px[CHIN, :2]
    face_height = float(np.linalg.norm(chin - forehead))
    guess = max(0.0, float(face.region.top_px) - _CROWN_ABOVE_FOREHEAD * face_height)
    estimate = Crown(top_px=guess, touches_top=guess <= 0, estimated=True)
    mask = person.mask >= 0.5
    height, width = mask.shape[:2]
    centre = (face.landmarks_px[FOREHEAD, 0] + face.region.centre_px[0]) / 2 / person.scale
    half = 0.5 * face.region.width_px / person.scale
    left, right = int(np.clip(centre - half, 0, width)), int(np.clip(centre + half, 0, width))
    brow_row = int(np.clip(face.right_eye_px[1] / person.scale, 0, height - 1))
    head = mask[: brow_row + 1, left:right].astype(np.uint8)
    if head.size == 0:
        return estimate
    count, labels = cv2.connectedComponents(head, connectivity=8)
    if count < 2:
        return estimate
    on_face = labels[-1][labels[-1] > 0]
    if on_face.size < 0.5 * head.shape[1]:
        return estimate
    component = int(np.bincount(on_face).argmax())
    widths = (labels == component).sum(axis=1)
    # A row counts as head from a tenth of the face's width on: stray hairs and mask noise do not.
    rows = np.flatnonzero(widths >= max(1.0, 0.1 * head.shape[1]))
    if rows.size == 0:
        return estimate
    top = float(rows[0]) * person.scale
    if top > face.region.top_px:
        return estimate
    return Crown(top_px=top, touches_top=bool(rows[0] <= 1), estimated=False)


def measure_framing(picture: Picture, faces: Faces, face: Face, crown: Crown) -> Framing:
    """Where the main face, and the group of all comparable faces, sit in the picture."""
    width, height = picture.width_px, picture.height_px
    group = [f for f in faces.faces if f.region.area_px >= 0.1 * face.region.area_px]
    middle = (min(f.region.left_px for f in group) + max(f.region.right_px for f in group)) / 2

    def eyes(f: Face) -> float:
        return (f.right_eye_px[1] + f.left_eye_px[1]) / 2

    return Framing(
        comparable_faces=len(group),
        offset_share=(face.region.centre_px[0] - width / 2) / width,
        group_offset_share=(middle - width / 2) / width,
        eye_height_share=eyes(face) / height,
        group_eye_height_share=float(np.mean([eyes(f) for f in group])) / height,
        headroom_share=max(0.0, crown.top_px) / height,
        headroom_estimated=crown.estimated,
        face=face.region,
    )


def measure_face_edges(picture: Picture, face: Face, crown: Crown) -> FaceEdges:
    """How much of the face lies beyond the frame, by the area of its outline."""
    hull = cv2.convexHull(face.landmarks_px[:, :2].astype(np.float32))
    whole = float(cv2.contourArea(hull))
    w, h = float(picture.width_px), float(picture.height_px)
    frame = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    inside, _ = cv2.intersectConvexConvex(hull, frame)
    points = face.landmarks_px[:, :2]
    beyond = {
        "left": -float(points[:, 0].min()) / face.region.width_px,
        "right": (float(points[:, 0].max()) - w) / face.region.width_px,
        "top": -float(points[:, 1].min()) / face.region.height_px,
        "bottom": (float(points[:, 1].max()) - h) / face.region.height_px,
    }
    return FaceEdges(
        outside_share=1.0 - min(1.0, float(inside) / whole) if whole > 0 else 0.0,
        sides=tuple(side for side, share in beyond.items() if share > 0),
        hair_at_edge=crown.touches_top and not crown.estimated,
        face=face.region,
    )


# MediaPipe pose landmarks; 0 to 10 are nose, eyes, ears and mouth corners.
_SHOULDERS, _HIPS, _KNEES = (11, 12), (23, 24), (25, 26)
_HEAD = slice(0, 11)

# The model's visibility is a probability: in the picture and uncovered.
_VISIBLE = 0.5

# Hips lie 2.2 to 3.6 (median 3.0) heights of the face, hairline to chin, below the chin: the pose
# model on the 18 photographs of the corpus that show them upright.
_HIPS_BELOW_CHIN = 2.0

# With less room than this below the chin the mask alone has the word: the body model costs as much
# as everything else together, and half of the shoulder joints lie more than 0.33 below.
_SHOULDERS_BELOW_CHIN = 0.2

# Shoulder joints are 1.3 to 2.3 (median 1.9) face widths apart, turned bodies included (315
# photographs, 5th to 95th percentile), and the outline reaches beyond them; a neck with hair beside
# it stays below this.
_SHOULDER_WIDTH = 1.6

# How far below the chin, in heights of the face, shoulders begin at the latest.
_SHOULDERS_WITHIN = 1.5


def measure_body_extent(picture: Picture, face: Face, person: Person) -> BodyExtent:
    """Which parts of the body the picture shows.

    The mask tells shoulders from a neck. The body model is asked only where the picture reaches far
    enough down for hips, or where the mask shows no shoulders.
    """
    below = (picture.height_px - float(face.landmarks_px[CHIN, 1])) / face.region.height_px
    shoulders = _widens_to_shoulders(face, person)
    hips = knees = uncertain = False
    if below > (_SHOULDERS_BELOW_CHIN if not shoulders else _HIPS_BELOW_CHIN):
        shown = _joints_shown(picture, face)
        if shown is not None:
            shoulders = shoulders or any(shown[i] for i in _SHOULDERS)
            hips, knees = any(shown[i] for i in _HIPS), any(shown[i] for i in _KNEES)
        else:
            uncertain = below > _HIPS_BELOW_CHIN
    return BodyExtent(
        shoulders=shoulders,
        hips=hips,
        knees=knees,
        uncertain=uncertain,
        below_chin_share=below,
        face=face.region,
    )


def _widens_to_shoulders(face: Face, person: Person) -> bool:
    """Whether the figure under the chin is somewhere as wide as shoulders or as the picture."""
    mask = person.mask >= 0.5
    height, width = mask.shape[:2]
    chin_x, chin_y = (float(v) / person.scale for v in face.landmarks_px[CHIN, :2])
    face_width = face.region.width_px / person.scale
    end = min(height, round(chin_y + _SHOULDERS_WITHIN * face.region.height_px / person.scale))
    column = int(np.clip(chin_x, 0, width - 1))
    for row in range(max(0, round(chin_y)), end):
        if not mask[row, column]:
            continue
        gaps = np.flatnonzero(~mask[row])
        left = gaps[gaps < column].max(initial=-1)
        right = gaps[gaps > column].min(initial=width)
        if right - left - 1 >= _SHOULDER_WIDTH * face_width:
            return True
    return False


def _joints_shown(picture: Picture, face: Face) -> NDArray[np.bool_] | None:
    """Which of the pose model's 33 points are in sight on the body that the face belongs to."""
    small, scale = halved(picture.bgr, _BODY_LONG_SIDE_PX)
    rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
    height, width = small.shape[:2]
    centre = np.array(face.region.centre_px) * scale
    nearest, shown = face.region.side_px * scale / 2, None
    for landmarks in tasks.run_task(tasks.pose_landmarker(), rgb).pose_landmarks:
        points = np.array([(p.x * width, p.y * height) for p in landmarks])
        distance = float(np.linalg.norm(points[_HEAD].mean(axis=0) - centre))
        if distance < nearest:
            visible = np.array([p.visibility >= _VISIBLE for p in landmarks])
            inside = ((points >= 0) & (points < (width, height))).all(axis=1)
            nearest, shown = distance, visible & inside
    return shown
