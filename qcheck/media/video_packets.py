"""The first pass over a video: every packet is read and nothing decoded.

It yields the true number of frames, their times and the length, for a hundredth of the cost of
decoding, and nothing that a header claims.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Undecodable
from qcheck.media.ffmpeg import DEMUXERS, claimed_s, other_codecs
from qcheck.media.file import File

__all__ = [
    "MAX_FRAMES",
    "MAX_FRAME_PIXELS",
    "Packets",
    "check_sides",
    "demuxed",
    "opened",
    "read_packets",
]

# An hour at 28 frames a second: no clip, no long video made of clips comes near.
MAX_FRAMES = 100_000

# DCI 4K is the largest that cameras and apps of this kind share; 8K is four times as much.
MAX_FRAME_PIXELS = 4096 * 2304

_SOUND_CODECS = {"aac": "AAC", "mp3": "MP3", "mp3float": "MP3", "opus": "Opus", "vorbis": "Vorbis"}


@dataclass
class Packets:
    """What the packets of a video say."""

    times_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """When each frame is shown, in order, from the container's own zero."""
    seconds: float = 0.0
    sound_codec: str | None = None
    sound_s: float = 0.0
    claimed_s: float = 0.0
    broke: bool = False
    full: bool = False
    other_codecs: frozenset[str] = frozenset()
    """Of the streams that were not read."""


@contextmanager
def opened(data: bytes, name: str) -> Iterator[tuple[Any, Any]]:
    """The container and its video stream; whatever FFmpeg refuses becomes :class:`Undecodable`."""
    import av

    try:
        media = av.open(io.BytesIO(data), format=DEMUXERS[name], metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError, TypeError, OverflowError) as error:
        raise Undecodable(f"it is damaged: no {name} video can be read from it") from error
    with media:
        # Covers and chapter pictures are video streams, too.
        covers = av.stream.Disposition.attached_pic
        streams = [each for each in media.streams.video if not each.disposition & covers]
        if not streams:
            raise Undecodable("there is no video in it")
        stream = streams[0]
        if stream.codec_context is None:
            raise Undecodable("its video is of a kind that qcheck does not know")
        # With threads of its own a decoder does not always say the same of damage, and one that has
        # something left to say when it is given up waits for Python, which waits for it.
        stream.codec_context.thread_count = 1
        stream.thread_type = "NONE"
        yield media, stream


def demuxed(media: Any, *streams: Any) -> Iterator[Any]:
    """Packets until the end; the last is None where the container itself is damaged."""
    import av

    packets = media.demux(*streams)
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, ValueError, OverflowError, IndexError):
            # IndexError: PyAV does not know streams that turn up in the middle.
            yield None
            return


def read_packets(file: File, name: str) -> Packets:
    """Raises :class:`Undecodable` where no frame can be read, or frames are too large."""
    found = Packets()
    shown: list[tuple[float, float]] = []
    heard: list[float] = []
    with opened(file.data, name) as (media, stream):
        check_sides(stream.codec_context.width, stream.codec_context.height)
        sound = next((each for each in media.streams.audio if each.codec_context), None)
        if sound is not None:
            codec = sound.codec_context.name
            found.sound_codec = _SOUND_CODECS.get(codec, codec.partition("_")[0].upper())
        found.claimed_s = claimed_s(media)
        found.other_codecs = other_codecs(media, stream, sound)
        for packet in demuxed(media, *filter(None, (stream, sound))):
            if packet is None:
                found.broke = True
                break
            at = packet.pts if packet.pts is not None else packet.dts
            if at is None or not packet.size or not packet.time_base:
                continue
            start_s, length_s = float(at * packet.time_base), _length_s(packet)
            if packet.stream_index != stream.index:
                heard += [start_s, start_s + length_s]
            elif not packet.is_discard:
                shown.append((start_s, length_s))
                if len(shown) >= MAX_FRAMES:
                    found.full = True
                    break
    if not shown:
        raise Undecodable("it holds no frame that can be read")
    shown.sort()
    found.times_s = np.array([start for start, _ in shown])
    found.seconds = shown[-1][0] - shown[0][0] + _last_s(found.times_s, shown[-1][1])
    found.sound_s = max(heard) - min(heard) if heard else 0.0
    return found


def _length_s(packet: Any) -> float:
    return max(0.0, float((packet.duration or 0) * packet.time_base))


def _last_s(times_s: NDArray[np.float64], claimed_s: float) -> float:
    """How long the last frame stands: as long as the others, whatever is claimed of it."""
    return float(np.median(np.diff(times_s))) if len(times_s) > 1 else claimed_s


def check_sides(width: int, height: int) -> None:
    """Raises :class:`Undecodable` for frames that are empty or too large to open."""
    if width < 1 or height < 1:
        raise Undecodable("its header claims no width or no height")
    if width * height > MAX_FRAME_PIXELS:
        raise Undecodable(
            f"its frames have {width} x {height} px, more than the "
            f"{MAX_FRAME_PIXELS / 1e6:.1f} megapixels that qcheck opens"
        )
