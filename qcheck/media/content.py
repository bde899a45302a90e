"""What decoders make: the content of each medium, and why there is none. Light to import.

Coordinates are pixels of the upright picture, x to the right, y down. Times of a video are seconds
from its first frame; its sides are those of the upright picture, after the rotation that the
container asks players for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from qcheck.core.probe import Unmeasurable, probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Content",
    "Decoding",
    "Footage",
    "Picture",
    "Recording",
    "Sample",
    "Text",
    "Undecodable",
    "Video",
]


class Undecodable(Exception):
    """A decoder's refusal, in words for a person."""


@probe("qcheck.media.content:picture_in")
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


@probe("qcheck.media.content:recording_in")
@dataclass(frozen=True)
class Recording:
    """The decoded recording and how it was stored."""

    samples: NDArray[np.float32] = field(repr=False)
    """(frames, channels), full scale ±1.0; integer formats are divided by 2^(bits-1)."""
    rate_hz: int
    container: str
    """``WAV``, ``MP3``, ``FLAC``, ``Ogg``, ``M4A``, …"""
    codec: str
    """``PCM``, ``MP3``, ``FLAC``, ``Vorbis``, ``Opus``, ``AAC``, …"""
    bits_per_sample: int | None
    """None for lossy codecs."""
    bit_rate_kbps: float | None
    """Mean bit rate of the coded audio from its frames; None for lossless codecs."""
    variable_bit_rate: bool
    plays_until_s: float | None = None
    """Where players that believe the header stop although sound goes on; None where it agrees."""
    behind_end_s: float = 0.0
    """How much sound goes on there; it is in ``samples`` where its shape is that of the first."""
    joined_files: int = 1
    """Files that stand in this one end to end."""
    streamed: bool = False
    """Whether the header was left without a length."""
    checksum_wrong: bool = False
    """Whether the sound is not what the encoder's checksum of all of it was taken of."""

    @property
    def frames(self) -> int:
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        return self.frames / self.rate_hz


@probe("qcheck.media.content:text_in")
@dataclass(frozen=True)
class Text:
    """A decoded text: the payload's JSON, a script, captions."""

    text: str = field(repr=False)
    """Line ends are ``\\n``; without a byte order mark."""


@probe("qcheck.media.content:footage_of")
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


@probe("qcheck.media.content:video_in")
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


Content = Picture | Recording | Text | Video


@probe("qcheck.media.decode:decode")
@dataclass(frozen=True)
class Decoding:
    """What became of decoding: the content, or why there is none.

    ``fault`` with content means that only a part could be read (a truncated file).
    """

    content: Picture | Recording | Text | Video | None
    fault: str | None = None


def picture_in(decoding: Decoding) -> Picture:
    """The picture for the probes that look into it."""
    return _content(decoding, Picture)


def recording_in(decoding: Decoding) -> Recording:
    """The recording for the probes that listen to it."""
    return _content(decoding, Recording)


def text_in(decoding: Decoding) -> Text:
    """The text for the probes that read it."""
    return _content(decoding, Text)


def video_in(decoding: Decoding) -> Video:
    """The video for the probes that watch it."""
    return _content(decoding, Video)


def footage_of(video: Video) -> Footage:
    """How the video is stored."""
    return video.footage


Wanted = TypeVar("Wanted", bound=Content)


def _content(decoding: Decoding, wanted: type[Wanted]) -> Wanted:
    if not isinstance(decoding.content, wanted):
        raise Unmeasurable(f"the {wanted.__name__.lower()} could not be decoded")
    return decoding.content
