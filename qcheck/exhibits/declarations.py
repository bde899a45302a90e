"""What a report with pictures shows of a file: declarations only, light to import.

Exhibits are measurements like any other, made for the eye: a reduced picture, a waveform, where the
irises are. They are taken where the file is decoded anyway, only when somebody asks for them, and
handed on with the file's report, so that no reporter opens a file. What cannot be taken is absent,
with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qcheck.core.places import Box
from qcheck.core.probe import probe

__all__ = [
    "CutPoints",
    "FacePoints",
    "LevelCourse",
    "LightMap",
    "LoudnessLine",
    "MelPicture",
    "Outline",
    "Patch",
    "PictureCopy",
    "SharpnessMap",
    "SoundCopy",
    "Still",
    "Stills",
    "Waveform",
]

Point = tuple[float, float]


@probe("qcheck.exhibits.picture_maps:copy_picture")
@dataclass(frozen=True)
class PictureCopy:
    """The upright picture, reduced; nothing of the file's metadata is in it."""

    jpeg: bytes = field(repr=False)
    width_px: int
    """Of the upright picture itself: the unit that everything is drawn in."""
    height_px: int


@probe("qcheck.exhibits.picture_maps:place_features")
@dataclass(frozen=True)
class FacePoints:
    """Where the features of the main face are."""

    region: Box
    oval: tuple[Point, ...]
    """The face's rim."""
    right_eye: Point
    left_eye: Point
    right_iris: Point
    left_iris: Point
    between_eyes: Point
    """On the bridge of the nose: where the head's axes are drawn from."""


@dataclass(frozen=True)
class Patch:
    """A triangle of facial skin."""

    corners: tuple[Point, Point, Point]
    stops: float
    """Its light, against lit skin; negative is darker."""


@probe("qcheck.exhibits.picture_maps:map_light")
@dataclass(frozen=True)
class LightMap:
    """The light on the face, without what soft light from the front leaves of shading."""

    patches: tuple[Patch, ...]


@probe("qcheck.exhibits.picture_maps:map_sharpness")
@dataclass(frozen=True)
class SharpnessMap:
    """How much fine detail each part of the picture holds."""

    levels: tuple[tuple[float, ...], ...]
    """Rows of cells that fill the picture: mean magnitude of the Laplacian, in levels of 255."""


@probe("qcheck.exhibits.picture_maps:outline_person")
@dataclass(frozen=True)
class Outline:
    """Around the person, as the mask has it."""

    lines: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Still:
    """A frame of a video, reduced."""

    at_s: float
    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    faces: tuple[Box, ...]
    """In pixels of the upright frame, which ``width_px`` and ``height_px`` are the sides of."""


@probe("qcheck.exhibits.picture_maps:copy_frames")
@dataclass(frozen=True)
class Stills:
    """Some of the frames that were looked at."""

    stills: tuple[Still, ...]


@probe("qcheck.exhibits.sound_maps:draw_waveform")
@dataclass(frozen=True)
class Waveform:
    """Lowest and highest sample of equal stretches, full scale ±1.0."""

    lowest: tuple[float, ...]
    highest: tuple[float, ...]
    duration_s: float


@probe("qcheck.exhibits.sound_maps:picture_spectrogram")
@dataclass(frozen=True)
class MelPicture:
    """The mel spectrogram, low frequencies at the bottom."""

    png: bytes = field(repr=False)
    highest_hz: float
    range_db: float
    """From the darkest to the brightest colour."""
    hz_at_share: tuple[tuple[float, float], ...]
    """Some frequencies, each with its height as a share of the picture's."""


@probe("qcheck.exhibits.sound_maps:follow_level")
@dataclass(frozen=True)
class LevelCourse:
    """RMS level of equal stretches."""

    dbfs: tuple[float, ...]


@probe("qcheck.exhibits.sound_maps:follow_loudness")
@dataclass(frozen=True)
class LoudnessLine:
    """K-weighted loudness over time."""

    points: tuple[tuple[float, float], ...]
    """(s, LUFS), the middle of each window."""
    window_s: float
    """3 s (short-term) or, for less than 3 s of sound, 0.4 s (momentary; EBU Tech 3341)."""


@probe("qcheck.exhibits.sound_maps:find_cut_points")
@dataclass(frozen=True)
class CutPoints:
    """Where the recording may be cut, and where ``qcheck split`` would cut it."""

    places_s: tuple[float, ...]
    chosen_s: tuple[float, ...]
    """Empty where the whole is short enough, or no choice of places makes it so."""
    longest_s: float
    """How long a segment may be."""


@probe("qcheck.exhibits.sound_maps:copy_sound")
@dataclass(frozen=True)
class SoundCopy:
    """What a model hears, compressed for listening."""

    mp3: bytes = field(repr=False)
    seconds: float
    """How much of the recording it holds, from the start."""
