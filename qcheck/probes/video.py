"""What is measured on a video: declarations only, light to import.

Times are seconds from the first frame. Sides are those of the upright picture, after the rotation
that the container asks players for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Box
from qcheck.core.probe import probe

if TYPE_CHECKING:
    from qcheck.probes.evidence import Evidence

__all__ = [
    "Cuts",
    "FaceCourse",
    "Frame",
    "Frames",
    "Sighting",
    "VoiceFit",
]


@dataclass(frozen=True)
class Frame:
    """One frame of a video, as a portrait."""

    at_s: float
    evidence: Evidence = field(repr=False)


@probe("qcheck.probes.footage:open_frames")
@dataclass(frozen=True)
class Frames:
    """The frames that rules for portraits are asked about, spread over the whole video."""

    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class Sighting:
    """The faces in one frame, largest first."""

    at_s: float
    faces: tuple[Box, ...]


@probe("qcheck.probes.footage:follow_faces")
@dataclass(frozen=True)
class FaceCourse:
    """Faces over time."""

    sightings: tuple[Sighting, ...]
    between_s: float
    """From one frame that was looked at to the next."""

    @property
    def usual_face_px(self) -> float | None:
        """Longer side of the main face, the median of the frames that show one."""
        # Dear to import, and asked for in videos alone.
        from statistics import median

        sides = [sighting.faces[0].side_px for sighting in self.sightings if sighting.faces]
        return float(median(sides)) if sides else None


@probe("qcheck.probes.cuts:find_cuts")
@dataclass(frozen=True)
class Cuts:
    """Where one shot ends and another begins, jumps within a shot included."""

    times_s: tuple[float, ...]
    """Of the first frame after each."""
    looked_through_s: float
    video_s: float


@probe("qcheck.probes.footage:compare_with_voice")
@dataclass(frozen=True)
class VoiceFit:
    """A video and the voice that is to be put on it."""

    video_s: float
    voice_s: float

    @property
    def longer_s(self) -> float:
        """How much longer the voice is than the video; negative where it is shorter."""
        return self.voice_s - self.video_s
