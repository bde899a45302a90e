"""Which faces are in the picture, and how the main one is turned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Box
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Chin", "Face", "FaceRegions", "Faces", "Head", "HeadPose", "WayUp"]


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

    @property
    def square(self) -> Box:
        """The square face region that models cut out, which may reach beyond the picture.

        The alignment of FFHQ (Karras, Laine and Aila 2019), by which SadTalker and others cut: its
        side is twice the larger of 2.0 distances between the eyes and 1.8 from the eyes to the
        mouth, its centre a tenth of the way from the eyes to the mouth. It is turned with the face;
        the box here has its size and centre.
        """
        (right_x, right_y), (left_x, left_y) = self.right_eye_px, self.left_eye_px
        mouth_x, mouth_y = self._midpoint(61, 291)
        eyes_x, eyes_y = (right_x + left_x) / 2, (right_y + left_y) / 2
        down_x, down_y = mouth_x - eyes_x, mouth_y - eyes_y
        half = max(2.0 * self.inter_eye_px, 1.8 * float((down_x**2 + down_y**2) ** 0.5))
        x, y = eyes_x + 0.1 * down_x, eyes_y + 0.1 * down_y
        return Box(x - half, y - half, x + half, y + half)

    def _midpoint(self, one: int, other: int) -> tuple[float, float]:
        x, y = (self.landmarks_px[one, :2] + self.landmarks_px[other, :2]) / 2
        return float(x), float(y)


@dataclass(frozen=True)
class Head:
    """One head: somebody who is there, whichever way they look."""

    region: Box
    """Its face, forehead to chin, as far as it shows."""
    side_view: bool = False
    """Turned so far that one eye hides the other, or nearly."""


@probe("qcheck.probes.face:find_faces")
@dataclass(frozen=True)
class Faces:
    """Everybody found, each group largest first."""

    faces: tuple[Face, ...]
    others: tuple[Head, ...] = ()
    """Heads whose features cannot be followed: profiles, and who is cut off, covered or blurred."""
    quarter_turns: int = 0
    """Clockwise, by which the picture has to be turned until people are upright."""


@probe("qcheck.probes.face:way_up")
@dataclass(frozen=True)
class WayUp:
    """Which way up the picture is shown, by the people in it."""

    quarter_turns: int
    """Clockwise, by which it has to be turned until they are upright: 0 to 3."""


# The main face is a probe of its own, so that a rule about "the face" asks for it and is skipped
# with the reason where there is none.
probe("qcheck.probes.face:main_face")(Face)


@probe("qcheck.probes.face:face_regions")
@dataclass(frozen=True)
class FaceRegions:
    """Where people's faces are, largest first; empty where nobody is."""

    regions: tuple[Box, ...]
    """Faces whose features can be followed."""
    others: tuple[Head, ...] = ()
    """Heads whose features cannot be followed: profiles, and who is cut off, covered or blurred."""


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


@probe("qcheck.probes.pose:see_chin")
@dataclass(frozen=True)
class Chin:
    """Whether the chin, which says how high the head is held, is in sight."""

    covered: bool
    """By a mask, a hand, a scarf. Asked only where the chin seems lowered; False elsewhere."""
