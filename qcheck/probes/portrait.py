"""What is measured on a portrait: declarations only, light to import.

Coordinates are pixels of the upright picture, x to the right, y down. "Left" and "right" of a face
are the sitter's own, as in anatomy and in MediaPipe's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.probes.base import probe
from qcheck.results import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["AlignedFace", "Body", "Face", "Faces", "HeadPose", "Person", "Picture"]


@probe("qcheck.media.decode:picture")
@dataclass(frozen=True)
class Picture:
    """The decoded, upright picture and how it was stored."""

    bgr: NDArray[np.uint8] = field(repr=False)
    """(height, width, 3), sRGB values; alpha removed, not flattened."""
    alpha: NDArray[np.uint8] | None = field(repr=False)
    """(height, width), 255 opaque; None where the file has no transparency."""
    format: str
    """``PNG``, ``JPEG``, …"""
    stored_mode: str
    """Pillow's name of the stored pixel mode: RGB, RGBA, L, P, CMYK, I;16, …"""
    bits_per_channel: int
    exif_orientation: int
    """EXIF 2.32 tag 0x0112; 1 where there is none."""
    frames: int
    """Frames of an animation or pages of a TIFF; only the first is looked at."""
    jpeg_quality: int | None = None
    """libjpeg's quality setting, from the quantisation tables; None where it is no JPEG."""

    @property
    def width_px(self) -> int:
        return int(self.bgr.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.bgr.shape[0])


@dataclass(frozen=True)
class Face:
    """One face: 478 landmarks of MediaPipe's face mesh, 52 blendshapes, and where it is."""

    landmarks_px: NDArray[np.float32] = field(repr=False)
    """(478, 3): x, y and depth in pixels; depth is smaller towards the camera."""
    blendshapes: Mapping[str, float] = field(repr=False)
    """ARKit's names, 0 to 1."""
    transform: NDArray[np.float32] = field(repr=False)
    """(4, 4) facial transformation matrix of MediaPipe's canonical face, centimetres."""
    region: Box
    """Bounding box of the landmarks: forehead to chin, ear to ear; may exceed the picture."""

    @property
    def inter_eye_px(self) -> float:
        """Distance between the eye centres, each the midpoint of its corners (ISO/IEC 39794-5)."""
        left, right = self.left_eye_px, self.right_eye_px
        return float(((left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2) ** 0.5)

    @property
    def right_eye_px(self) -> tuple[float, float]:
        return self._midpoint(33, 133)

    @property
    def left_eye_px(self) -> tuple[float, float]:
        return self._midpoint(362, 263)

    def _midpoint(self, one: int, other: int) -> tuple[float, float]:
        x, y = (self.landmarks_px[one, :2] + self.landmarks_px[other, :2]) / 2
        return float(x), float(y)


@probe("qcheck.probes.face:find_faces")
@dataclass(frozen=True)
class Faces:
    """Every face found, largest first."""

    faces: tuple[Face, ...]


# The main face is a probe of its own, so that a rule about "the face" asks for it and is skipped
# with the reason where there is none.
probe("qcheck.probes.face:main_face")(Face)


@probe("qcheck.probes.pose:measure_head_pose")
@dataclass(frozen=True)
class HeadPose:
    """How the head is turned. Zero is straight into the lens."""

    yaw_deg: float
    """Positive: turned to the picture's left."""
    pitch_deg: float
    """Positive: chin up."""
    roll_deg: float
    """Positive: tilted clockwise as seen in the picture."""


@probe("qcheck.probes.person:segment_person")
@dataclass(frozen=True)
class Person:
    """Which pixels are the person."""

    mask: NDArray[np.float32] = field(repr=False)
    """(height, width) of a reduced picture, 0 background to 1 person."""
    scale: float
    """Pixels of the upright picture to a pixel of the mask."""


@probe("qcheck.probes.person:find_body")
@dataclass(frozen=True)
class Body:
    """33 body landmarks of MediaPipe's pose model for the person with the main face."""

    landmarks_px: NDArray[np.float32] = field(repr=False)
    """(33, 2); may lie outside the picture, where the model extrapolates."""
    visibility: NDArray[np.float32] = field(repr=False)
    """(33,): 0 to 1, how sure the model is that the point is in the picture and uncovered."""


@probe("qcheck.probes.aligned:align_face")
@dataclass(frozen=True)
class AlignedFace:
    """A small copy of the main face, warped so that eyes, nose and chin always lie alike."""

    bgr: NDArray[np.uint8] = field(repr=False)
    """(160, 128, 3), sRGB; eye distance 42 px, eyes' midpoint at (64, 60)."""
    inside: NDArray[np.bool_] = field(repr=False)
    """(160, 128): False where the copy reaches beyond the picture."""
    matrix: NDArray[np.float64] = field(repr=False)
    """(2, 3) affine map from the picture to the copy."""
    detail: float
    """Pixels of the picture to a pixel of the copy; below 1 the copy is an enlargement."""
