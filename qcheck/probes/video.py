"""What is measured on a video: declarations only, light to import.

Times are seconds from the first frame. Sides are those of the upright picture, after the rotation
that the container asks players for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qcheck.core.places import Box
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qcheck.evidence import Evidence

__all__ = [
    "Cuts",
    "FaceCourse",
    "Footage",
    "Frame",
    "Frames",
    "Sample",
    "Sighting",
    "Video",
    "VoiceFit",
]


@probe("qcheck.probes.footage:measure_footage")
@dataclass(frozen=True)
class Footage:
    """How a video is stored, and what its frames' times say; headers are not believed."""

    container: str
    """``MP4``, ``MOV``, ``WebM``, ``Matroska`` or ``AVI``."""
    codec: str
    """``H.264``, ``H.265``, ``VP9``, ``AV1``, ``ProRes``, …"""
    pixel_format: str
    """FFmpeg's name: ``yuv420p``, ``yuv420p10le``, …"""
    bits_per_channel: int
    high_dynamic_range: bool
    """Whether it is graded for HDR screens: SMPTE ST 2084 or ARIB STD-B67 (HLG)."""
    interlaced: bool
    size_bytes: int
    width_px: int
    height_px: int
    rotation_deg: int
    """How far players turn it, clockwise: 0, 90, 180 or 270."""
    frames: int
    seconds: float
    frames_per_second: float
    """Mean over the whole video."""
    uneven_share: float
    """Share of frames that are shown clearly shorter or longer than most."""
    sound_codec: str | None
    """None where it has no sound."""
    sound_s: float

    @property
    def longer_px(self) -> int:
        return max(self.width_px, self.height_px)

    @property
    def shorter_px(self) -> int:
        return min(self.width_px, self.height_px)


@dataclass(frozen=True)
class Sample:
    """One decoded frame, kept."""

    at_s: float
    frame: Any = field(repr=False)
    """PyAV's frame, as stored: neither converted nor turned."""


@probe("qcheck.media.decode:video")
@dataclass(frozen=True)
class Video:
    """The decoded video: a few whole frames, and all that were looked at in small."""

    footage: Footage
    samples: tuple[Sample, ...]
    luma: NDArray[np.uint8] = field(repr=False)
    """(n, 36, 64): frames in small, as stored; frames that no other needs may be left out."""
    times_s: NDArray[np.float64] = field(repr=False)
    """(n,): when each of them is shown."""
    looked_through_s: float
    """Up to where ``luma`` reaches; the rest was too much to decode."""
    start_s: float
    """The first frame's time in the container's own count."""


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
