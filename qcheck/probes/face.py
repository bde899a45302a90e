"""Faces, with MediaPipe's face landmarker."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from qcheck.probes import mediapipe_tasks as tasks
from qcheck.probes.base import Unmeasurable
from qcheck.probes.portrait import Face, Faces, Picture
from qcheck.results import Box

__all__ = ["find_faces", "main_face"]

# The landmarker itself works at 192 and 256 px; a larger picture only costs time.
_LONG_SIDE_PX = 1280


def find_faces(picture: Picture) -> Faces:
    """Every face that the landmarker finds, largest first."""
    scale = min(1.0, _LONG_SIDE_PX / max(picture.width_px, picture.height_px))
    small = cv2.resize(picture.bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
    result = tasks.face_landmarker().detect(tasks.as_image(rgb.astype(np.uint8, copy=False)))
    faces = [
        _face(landmarks, shapes, matrix, picture)
        for landmarks, shapes, matrix in zip(
            result.face_landmarks,
            result.face_blendshapes,
            result.facial_transformation_matrixes,
            strict=True,
        )
    ]
    return Faces(tuple(sorted(faces, key=lambda face: -face.region.area_px)))


def main_face(faces: Faces) -> Face:
    if not faces.faces:
        raise Unmeasurable("no face was found")
    return faces.faces[0]


def _face(landmarks: Any, shapes: Any, matrix: Any, picture: Picture) -> Face:
    to_px = np.array([picture.width_px, picture.height_px, picture.width_px], np.float32)
    points = np.array([(p.x, p.y, p.z) for p in landmarks], np.float32) * to_px
    left, top = points[:, :2].min(axis=0)
    right, bottom = points[:, :2].max(axis=0)
    return Face(
        landmarks_px=points,
        blendshapes={shape.category_name: float(shape.score) for shape in shapes},
        transform=np.asarray(matrix, np.float32),
        region=Box(float(left), float(top), float(right), float(bottom)),
    )
