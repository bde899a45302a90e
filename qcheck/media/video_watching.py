"""The second pass over a video: frames are decoded, within bounds, and some are kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Sample, Undecodable
from qcheck.media.file import File
from qcheck.media.frame_pixels import reduced
from qcheck.media.video_packets import check_sides, demuxed, opened

__all__ = [
    "DAMAGED_FRAMES",
    "MAX_DECODED_FRAMES",
    "MAX_DECODED_PIXELS",
    "Watcher",
    "damage_in_the_rest",
    "sample_times",
    "small_frames",
    "sought",
    "thinned",
]

# A minute of 1080p at 60 frames a second, or half a minute of 4K at 30: all that an app takes.
MAX_DECODED_FRAMES = 60 * 60
MAX_DECODED_PIXELS = MAX_DECODED_FRAMES * 1920 * 1080

# Whole frames that are kept: one in two or three seconds of the longest video that apps take, each
# of which costs a tenth of a second to look at, and enough of a short one that a blink in two of
# them is no quarter of them.
_SAMPLES = (8, 12)
_SAMPLE_EVERY_S = 1.0
_KEPT_PIXELS = 12 * 1920 * 1080


DAMAGED_FRAMES = "some of its frames are damaged"
"""A clause. How many is not said: the passes over a video do not see the same ones."""


class Watcher:
    """Decodes packets, keeps what is needed, remembers what failed."""

    def __init__(self, stream: Any, start_s: float) -> None:
        self.stream = stream
        self.start_s = start_s
        self.first: Any = None
        self.damaged = 0
        self.decoded = 0
        self.pixels = 0

    @property
    def had_enough(self) -> bool:
        return self.decoded >= MAX_DECODED_FRAMES or self.pixels > MAX_DECODED_PIXELS

    def take(self, packet: Any) -> Iterator[tuple[float, Any]]:
        """The frames that ``packet`` completes, each with its time."""
        import av

        try:
            decoded = packet.decode()
        except (av.error.FFmpegError, ValueError, OverflowError):
            self.damaged += 1
            return
        for frame in decoded:
            check_sides(frame.width, frame.height)
            self.first = self.first or frame
            if (frame.width, frame.height) != (self.first.width, self.first.height):
                raise Undecodable("its frames change their size in the middle")
            self.decoded += 1
            self.pixels += frame.width * frame.height
            self.damaged += bool(frame.is_corrupt)
            at = frame.pts if frame.pts is not None else frame.dts
            if at is not None and frame.time_base:
                yield float(at * frame.time_base) - self.start_s, frame


def damage_in_the_rest(file: File) -> str | None:
    """What is damaged of all frames, and of the sound, as a clause; within the same bounds.

    What the decoders only say is for :func:`~qcheck.media.ffmpeg.overheard`.
    """
    import av

    assert file.format is not None
    damaged_sound = False
    with opened(file.data, file.format.name) as (media, stream):
        sound = next((each for each in media.streams.audio if each.codec_context), None)
        if sound is not None:
            sound.codec_context.thread_count = 1
        watcher = Watcher(stream, 0.0)
        for packet in demuxed(media, *filter(None, (stream, sound))):
            if packet is None or watcher.had_enough:
                break
            if packet.stream_index == stream.index:
                deque(watcher.take(packet), maxlen=0)
                continue
            try:
                packet.decode()
            except (av.error.FFmpegError, ValueError, OverflowError):
                damaged_sound = True
    if watcher.damaged:
        return DAMAGED_FRAMES
    return "its sound is damaged" if damaged_sound else None


def sample_times(seconds: float) -> list[float]:
    """Middles of equal parts of the video."""
    count = int(np.clip(seconds / _SAMPLE_EVERY_S, *_SAMPLES))
    return [(i + 0.5) * seconds / count for i in range(count)]


def thinned(wanted: list[float], frame: Any) -> list[float]:
    """Fewer, where frames are so large that this many would not fit."""
    most = max(2, _KEPT_PIXELS // (frame.width * frame.height))
    if len(wanted) <= most:
        return wanted
    return [wanted[i] for i in np.linspace(0, len(wanted) - 1, most).round().astype(int)]


def sought(media: Any, stream: Any, wanted: list[float], start_s: float) -> list[Sample]:
    """The frame from which each time can be reached: a key frame at or before it."""
    found: dict[float, Sample] = {}
    for at_s in wanted:
        watcher = Watcher(stream, start_s)
        if not _seek(media, stream, at_s + start_s):
            continue
        for packet in demuxed(media, stream):
            sample = next(watcher.take(packet), None) if packet is not None else None
            if sample is not None:
                found.setdefault(sample[0], Sample(*sample))
            if packet is None or sample is not None or watcher.damaged > 8:
                break
    return [found[at_s] for at_s in sorted(found)]


def _seek(media: Any, stream: Any, to_s: float) -> bool:
    """Go to the key frame at or before a time; False where a damaged index has none."""
    import av

    try:
        media.seek(int(to_s / stream.time_base), stream=stream)
    except (av.error.FFmpegError, ValueError, OverflowError):
        return False
    return True


def small_frames(
    file: File, start_s: float, from_s: float, to_s: float
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Every frame between two times in small, none left out; for a closer look.

    ``start_s`` is the video's :attr:`~qcheck.media.content.Video.start_s`. Raises
    :class:`Undecodable` as decoding does.
    """
    assert file.format is not None
    with opened(file.data, file.format.name) as (media, stream):
        watcher = Watcher(stream, start_s)
        if from_s > 0 and not _seek(media, stream, from_s + start_s):
            return
        for packet in demuxed(media, stream):
            if packet is None:
                return
            for at_s, frame in watcher.take(packet):
                if from_s - 1e-6 <= at_s <= to_s + 1e-6:
                    yield at_s, reduced(frame)
                if at_s > to_s + 1e-6:
                    return
            if watcher.had_enough:
                return
