"""What is drawn on a portrait: a reduced copy, and maps of what rules judge by one number."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from qcheck.core.probe import Unmeasurable
from qcheck.exhibits.declarations import (
    FacePoints,
    LightMap,
    Outline,
    Patch,
    PictureCopy,
    SharpnessMap,
    Still,
    Stills,
)
from qcheck.media.content import Picture
from qcheck.probes.helpers import weights
from qcheck.probes.helpers.colour_spaces import LUMINANCE_BGR
from qcheck.probes.helpers.face_mesh import skin_pairs
from qcheck.probes.helpers.shrink import shrink
from qcheck.probes.portrait import Face, FaceRegions, Person, Skin
from qcheck.probes.video import Frames

__all__ = [
    "copy_frames",
    "copy_picture",
    "map_light",
    "map_sharpness",
    "outline_person",
    "place_features",
]

# Enough for a phone of 390 points at three pixels a point, and for half of a desktop.
_LONG_SIDE_PX = 1200
_MOST_BYTES = 300_000
_QUALITIES = (86, 78, 68, 55)

_STILL_LONG_SIDE_PX = 320
_STILL_BYTES = 40_000
_MOST_STILLS = 8

# MediaPipe's FACEMESH_FACE_OVAL, in order.
_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_RIGHT_IRIS, _LEFT_IRIS, _BETWEEN_EYES = 468, 473, 168

# As the probe `Light` reads skin: a thousandth of full light is black, and lit skin is that of the
# brightest fifth.
_BLACK = 1e-3
_LIT_QUANTILE = 0.8

_SHARPNESS_CELLS = 40
_CHECKS_PX = 12
_CHECKS = (205, 235)


def copy_picture(picture: Picture) -> PictureCopy:
    """Reduce and encode; what is transparent shows a chequered ground, as in every editor."""
    jpeg = _encode(picture.bgr, picture.alpha, _LONG_SIDE_PX, _MOST_BYTES)
    return PictureCopy(jpeg, picture.width_px, picture.height_px)


def _encode(
    bgr: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, long_side_px: int, most_bytes: int
) -> bytes:
    while True:
        scale = long_side_px / max(bgr.shape[:2])
        small = shrink(bgr, scale)
        if alpha is not None:
            small = _on_checks(small, shrink(alpha, scale))
        image = Image.fromarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
        for quality in _QUALITIES:
            target = io.BytesIO()
            image.save(target, "JPEG", quality=quality, optimize=True)
            if target.tell() <= most_bytes:
                return target.getvalue()
        long_side_px = long_side_px * 3 // 4


def _on_checks(bgr: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.indices(alpha.shape) // _CHECKS_PX
    ground = np.where((rows + columns) % 2, *_CHECKS)[..., None]
    share = alpha[..., None] / 255
    return np.rint(bgr * share + ground * (1 - share)).astype(np.uint8)


def place_features(face: Face) -> FacePoints:
    """Where eyes, irises, bridge and rim of the main face are."""

    def at(index: int) -> tuple[float, float]:
        x, y = face.landmarks_px[index, :2]
        return float(x), float(y)

    return FacePoints(
        region=face.region,
        oval=tuple(at(index) for index in _OVAL),
        right_eye=face.right_eye_px,
        left_eye=face.left_eye_px,
        right_iris=at(_RIGHT_IRIS),
        left_iris=at(_LEFT_IRIS),
        between_eyes=at(_BETWEEN_EYES),
    )


def map_light(face: Face, skin: Skin) -> LightMap:
    """Light of every triangle of skin against lit skin, in stops."""
    luminance = skin.linear_bgr @ LUMINANCE_BGR
    stops = np.log2(luminance + _BLACK) - weights.arrays_of("light")["soft_stops"][skin.pair]
    stops -= np.quantile(stops, _LIT_QUANTILE)
    patches = []
    for half, side in enumerate(("left", "right")):
        corners = face.landmarks_px[skin_pairs()[side][skin.pair].astype(np.intp), :2]
        for triangle, value in zip(corners.tolist(), stops[half].tolist(), strict=True):
            one, two, three = ((x, y) for x, y in triangle)
            patches.append(Patch((one, two, three), value))
    return LightMap(tuple(patches))


def map_sharpness(picture: Picture) -> SharpnessMap:
    """Mean magnitude of the Laplacian, at the picture's own scale, cell by cell."""
    luma = cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2GRAY)
    edges = np.abs(cv2.Laplacian(luma, cv2.CV_16S)).astype(np.float32)
    cell = max(1.0, max(luma.shape) / _SHARPNESS_CELLS)
    height, width = luma.shape
    size = (max(1, round(width / cell)), max(1, round(height / cell)))
    cells = cv2.resize(edges, size, interpolation=cv2.INTER_AREA)
    return SharpnessMap(tuple(tuple(row) for row in cells.round(2).tolist()))


def outline_person(person: Person) -> Outline:
    """The mask's edge. Raises :class:`Unmeasurable` where nobody is in it."""
    mask = (person.mask >= 0.5).astype(np.uint8)
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    lines = []
    for contour in found:
        if cv2.contourArea(contour) < 0.01 * mask.size:
            continue
        points = (cv2.approxPolyDP(contour, 0.8, True).reshape(-1, 2) + 0.5) * person.scale
        lines.append(tuple((float(x), float(y)) for x, y in points))
    if not lines:
        raise Unmeasurable("nobody was made out")
    return Outline(tuple(lines))


def copy_frames(frames: Frames) -> Stills:
    """Reduce some frames, spread over the video; a face that was not found is not drawn."""
    count = len(frames.frames)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _MOST_STILLS)).astype(int))
    stills = []
    for frame in (frames.frames[int(i)] for i in chosen):
        picture = frame.evidence.get(Picture)
        try:
            faces = frame.evidence.get(FaceRegions).regions
        except Exception:
            # The rule that asked for the faces reports it; the frame is worth showing all the same.
            faces = ()
        stills.append(
            Still(
                frame.at_s,
                _encode(picture.bgr, None, _STILL_LONG_SIDE_PX, _STILL_BYTES),
                picture.width_px,
                picture.height_px,
                faces,
            )
        )
    return Stills(tuple(stills))
