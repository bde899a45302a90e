"""A drawn face whose light, blur, noise and colour are known exactly."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Box
from qcheck.media.content import Picture
from qcheck.probes.portrait import Face, FaceCrop, Person, Skin
from qcheck.probes.skin import crop_face, sample_skin

SKIN_RGB = (205, 160, 138)


@cache
def _vertices() -> NDArray[np.float64]:
    """MediaPipe's canonical face, 468 vertices in centimetres."""
    script = Path(__file__).parents[2] / "fixtures" / "make" / "face_mesh.py"
    spec = importlib.util.spec_from_file_location("face_mesh", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.canonical_mesh()[0]


def face(side_px: float = 800, margin: float = 0.4) -> Face:
    """The canonical face seen from the front, ``side_px`` from forehead to chin."""
    vertices = _vertices()
    scale = side_px / (vertices[:, 1].max() - vertices[:, 1].min())
    middle = side_px * (0.5 + margin)
    points = np.zeros((478, 3), np.float32)
    points[:468, 0] = middle + scale * vertices[:, 0]
    points[:468, 1] = middle - scale * (vertices[:, 1] - vertices[:, 1].mean())
    for centre, corners in ((468, (33, 133)), (473, (362, 263))):
        points[centre] = points[list(corners)].mean(axis=0)
        radius = 0.2 * abs(points[corners[0], 0] - points[corners[1], 0])
        for i, (dx, dy) in enumerate(((1, 0), (0, -1), (-1, 0), (0, 1))):
            points[centre + 1 + i] = points[centre] + np.array([dx, dy, 0]) * radius
    left, top = points[:, :2].min(axis=0)
    right, bottom = points[:, :2].max(axis=0)
    box = Box(float(left), float(top), float(right), float(bottom))
    return Face(points, {}, np.eye(4, dtype=np.float32), box)


def drawn(face: Face, skin_rgb: tuple[int, int, int] = SKIN_RGB) -> NDArray[np.uint8]:
    """A flat face with eyes, lashes and brows on a grey ground: (side, side, 3), BGR."""
    side = int(face.region.right_px + face.region.left_px)
    factor = 4
    canvas = np.full((side * factor, side * factor, 3), 150, np.uint8)
    points = face.landmarks_px[:, :2] * factor
    unit = face.region.side_px * factor

    def fill(indices: tuple[int, ...] | None, colour: tuple[int, int, int]) -> None:
        chosen = points if indices is None else points[list(indices)]
        cv2.fillConvexPoly(canvas, cv2.convexHull(np.rint(chosen).astype(np.int32)), colour)

    fill(None, skin_rgb[::-1])
    rng = np.random.default_rng(5)
    for brow in ((70, 63, 105, 66, 107), (336, 296, 334, 293, 300)):
        for _ in range(60):
            start = points[rng.choice(brow)] + rng.normal(0, unit / 120, 2)
            end = start + rng.normal(0, unit / 60, 2)
            cv2.line(canvas, start.astype(int).tolist(), end.astype(int).tolist(), (35, 45, 60), 4)
    for contour, centre in (
        ((33, 160, 158, 133, 153, 144), 468),
        ((362, 385, 387, 263, 373, 380), 473),
    ):
        fill(contour, (225, 228, 230))
        middle = np.rint(points[centre]).astype(int).tolist()
        cv2.circle(canvas, middle, int(unit / 40), (50, 70, 90), -1)
        cv2.circle(canvas, middle, int(unit / 90), (15, 15, 15), -1)
        for _ in range(40):
            start = points[rng.choice(contour)]
            end = start + rng.normal(0, unit / 45, 2)
            cv2.line(canvas, start.astype(int).tolist(), end.astype(int).tolist(), (25, 25, 30), 3)
    small = cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8)


def picture(bgr: NDArray[np.uint8], alpha: NDArray[np.uint8] | None = None) -> Picture:
    return Picture(np.ascontiguousarray(bgr), alpha, "PNG", "RGB", 8, 1, 1)


def crop(bgr: NDArray[np.uint8], face: Face) -> FaceCrop:
    return crop_face(picture(bgr), face)


def skin(bgr: NDArray[np.uint8], face: Face) -> Skin:
    return sample_skin(crop(bgr, face))


def exposed(bgr: NDArray[np.uint8], stops: float | NDArray[np.float64]) -> NDArray[np.uint8]:
    """The picture with ``stops`` more light, a number or (height, width), in linear light."""
    v = bgr / 255
    light = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    gain = np.exp2(stops) if np.isscalar(stops) else np.exp2(stops)[:, :, np.newaxis]
    light = np.clip(light * gain, 0, 1)
    v = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(v * 255).astype(np.uint8)


def noisy(bgr: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """With grey grain of ``sigma`` levels."""
    grain = np.random.default_rng(3).normal(0, sigma, bgr.shape[:2])[:, :, np.newaxis]
    return np.clip(np.rint(bgr + grain), 0, 255).astype(np.uint8)


def enlarged(
    bgr: NDArray[np.uint8], factor: float, kind: int = cv2.INTER_CUBIC
) -> NDArray[np.uint8]:
    """Reduced by ``factor`` and enlarged to the same size again."""
    size = (bgr.shape[1], bgr.shape[0])
    small = (round(size[0] / factor), round(size[1] / factor))
    less = cv2.resize(bgr, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(less, size, interpolation=kind).astype(np.uint8)


def as_jpeg(bgr: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR).astype(np.uint8)


def person_in(face: Face, side: int) -> Person:
    """A mask: the head, and everything below it."""
    mask = np.zeros((side // 4, side // 4), np.float32)
    box = face.region
    x, y = ((v / 4) for v in box.centre_px)
    radius = box.side_px / 4 * 0.6
    cv2.circle(mask, (int(x), int(y)), int(radius), 1.0, -1)
    mask[int(y) :, int(x - radius) : int(x + radius)] = 1.0
    return Person(mask, 4.0)
