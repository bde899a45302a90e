"""Videos, with FFmpeg (PyAV): what is in the container, and as many frames as rules need.

Two passes. The first reads every packet and decodes nothing: it yields the true number of frames,
their times and the length, for a hundredth of the cost of decoding, and nothing that a header
claims. The second decodes, with bounds on frames and pixels, and leaves out frames that no other
one is made from, which is half of the work in most videos and nothing that a person would miss.

The demuxer is always named, so that no file can pick one: playlists would open other files. All of
it is read from memory; no descriptor is ever open.
"""

from __future__ import annotations

import io
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.containers import iso_media_cut
from qcheck.media.content import Decoding, Footage, Sample, Undecodable, Video
from qcheck.media.file import File

__all__ = ["decode_video", "small_frames"]

# An hour at 28 frames a second: no clip, no long video made of clips comes near.
MAX_FRAMES = 100_000

# DCI 4K is the largest that cameras and apps of this kind share; 8K is four times as much.
MAX_FRAME_PIXELS = 4096 * 2304

# A minute of 1080p at 60 frames a second, or half a minute of 4K at 30: all that an app takes.
MAX_DECODED_FRAMES = 60 * 60
MAX_DECODED_PIXELS = MAX_DECODED_FRAMES * 1920 * 1080

# Whole frames that are kept: one in two or three seconds of the longest video that apps take, each
# of which costs a tenth of a second to look at, and enough of a short one that a blink in two of
# them is no quarter of them.
_SAMPLES = (8, 12)
_SAMPLE_EVERY_S = 1.0
_KEPT_PIXELS = 12 * 1920 * 1080

# Reduced frames, for what moves: 16:9 at about a thirtieth of 1080p.
SMALL = (64, 36)
# Every fourth pixel is enough to average from.
_STRIDE_ABOVE_PX = 640

# Of the usual interval: rounding to milliseconds, as Matroska does, moves a frame by 3 % at 60 a
# second; a frame shown twice or left out by 100 %.
_UNEVEN = 0.25

_DEMUXERS = {"MP4": "mov", "MOV": "mov", "WebM": "matroska", "Matroska": "matroska", "AVI": "avi"}

# FFmpeg's names to the usual ones.
_CODECS = {
    "h264": "H.264", "hevc": "H.265", "vp8": "VP8", "vp9": "VP9", "libdav1d": "AV1", "av1": "AV1",
    "libaom-av1": "AV1", "mpeg4": "MPEG-4", "mpeg2video": "MPEG-2", "mpeg1video": "MPEG-1",
    "mjpeg": "Motion JPEG", "prores": "ProRes", "dnxhd": "DNxHD", "libvpx": "VP8",
    "libvpx-vp9": "VP9", "h263": "H.263", "msmpeg4v3": "MPEG-4", "msmpeg4v2": "MPEG-4",
    "wmv2": "WMV", "wmv1": "WMV", "vc1": "VC-1", "theora": "Theora", "rawvideo": "uncompressed",
    "qtrle": "QuickTime Animation", "cinepak": "Cinepak", "svq3": "Sorenson", "dvvideo": "DV",
    "ffv1": "FFV1", "huffyuv": "HuffYUV",
}  # fmt: skip
_SOUND_CODECS = {"aac": "AAC", "mp3": "MP3", "mp3float": "MP3", "opus": "Opus", "vorbis": "Vorbis"}

# ITU-T H.273 table 3: transfer characteristics of SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG).
_HDR_TRANSFERS = (16, 18)
# H.273 table 4: unspecified, and what each means to FFmpeg's scaler.
_UNSPECIFIED = 2
_BT709, _BT601 = "ITU709", "ITU601"


def decode_video(file: File) -> Decoding:
    """Decode what rules need. Raises :class:`Undecodable`, in one clause, where nothing can."""
    assert file.format is not None
    name = file.format.name
    try:
        times = _read_packets(file, name)
        return _decode(file, name, times)
    except MemoryError as error:
        raise Undecodable("it needs more memory than there is") from error


# --- first pass: packets ------------------------------------------------------------------------


@dataclass
class _Packets:
    """What the packets of a video say."""

    times_s: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """When each frame is shown, in order, from the container's own zero."""
    seconds: float = 0.0
    sound_codec: str | None = None
    sound_s: float = 0.0
    claimed_s: float = 0.0
    broke: bool = False
    full: bool = False


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tuple[Any, Any]]:
    """The container and its video stream; whatever FFmpeg refuses becomes :class:`Undecodable`."""
    import av

    try:
        media = av.open(io.BytesIO(data), format=_DEMUXERS[name], metadata_errors="ignore")
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
        # Where many files are checked at once, in processes of their own, threads only get into
        # each other's way.
        alone = multiprocessing.parent_process() is None
        stream.codec_context.thread_count = min(2, os.cpu_count() or 1) if alone else 1
        stream.thread_type = "AUTO" if alone else "NONE"
        yield media, stream


def _demuxed(media: Any, *streams: Any) -> Iterator[Any]:
    """Packets until the end; the last is None where the container itself is damaged."""
    import av

    packets = media.demux(*streams)
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, ValueError, OverflowError):
            yield None
            return


def _read_packets(file: File, name: str) -> _Packets:
    found = _Packets()
    shown: list[tuple[float, float]] = []
    heard: list[float] = []
    with _opened(file.data, name) as (media, stream):
        _check_sides(stream.codec_context.width, stream.codec_context.height)
        sound = next((each for each in media.streams.audio if each.codec_context), None)
        if sound is not None:
            codec = sound.codec_context.name
            found.sound_codec = _SOUND_CODECS.get(codec, codec.partition("_")[0].upper())
        found.claimed_s = max(0.0, float(media.duration or 0) / 1e6)
        for packet in _demuxed(media, *filter(None, (stream, sound))):
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


def _check_sides(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Undecodable("its header claims no width or no height")
    if width * height > MAX_FRAME_PIXELS:
        raise Undecodable(
            f"its frames have {width} x {height} px, more than the "
            f"{MAX_FRAME_PIXELS / 1e6:.1f} megapixels that qcheck opens"
        )


# --- second pass: frames ------------------------------------------------------------------------


class _Watcher:
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
            _check_sides(frame.width, frame.height)
            self.first = self.first or frame
            if (frame.width, frame.height) != (self.first.width, self.first.height):
                raise Undecodable("its frames change their size in the middle")
            self.decoded += 1
            self.pixels += frame.width * frame.height
            self.damaged += bool(frame.is_corrupt)
            at = frame.pts if frame.pts is not None else frame.dts
            if at is not None and frame.time_base:
                yield float(at * frame.time_base) - self.start_s, frame


def _decode(file: File, name: str, packets: _Packets) -> Decoding:
    start_s = float(packets.times_s[0])
    wanted = _sample_times(packets.seconds)
    small: list[NDArray[np.uint8]] = []
    times: list[float] = []
    samples: list[Sample] = []
    with _opened(file.data, name) as (media, stream):
        stream.codec_context.skip_frame = "NONREF"
        watcher = _Watcher(stream, start_s)
        broke = False
        for packet in _demuxed(media, stream):
            if packet is None:
                broke = True
                break
            for at_s, frame in watcher.take(packet):
                small.append(_reduced(frame))
                times.append(at_s)
                if len(samples) < len(wanted) and at_s >= wanted[len(samples)]:
                    samples.append(Sample(at_s, frame))
                    if watcher.decoded == 1:
                        wanted = _thinned(wanted, frame)
            if watcher.had_enough:
                break
        if watcher.first is None:
            raise Undecodable("it holds no frame that can be read")
        first, codec = watcher.first, stream.codec_context
        looked_through_s = max(times, default=0.0)
        if not watcher.had_enough:
            looked_through_s = packets.seconds
        elif len(samples) < len(wanted):
            samples += _sought(media, stream, wanted[len(samples) :], start_s)
        footage = _footage(file, name, packets, first, codec)
    order = np.argsort(times, kind="stable")
    video = Video(
        footage=footage,
        samples=tuple(samples) or (Sample(0.0, first),),
        luma=np.stack(small)[order] if small else np.empty((0, *SMALL[::-1]), np.uint8),
        times_s=np.array(times)[order],
        looked_through_s=looked_through_s,
        start_s=start_s,
    )
    return Decoding(video, _fault(file, name, packets, watcher, broke))


def _sample_times(seconds: float) -> list[float]:
    """Middles of equal parts of the video."""
    count = int(np.clip(seconds / _SAMPLE_EVERY_S, *_SAMPLES))
    return [(i + 0.5) * seconds / count for i in range(count)]


def _thinned(wanted: list[float], frame: Any) -> list[float]:
    """Fewer, where frames are so large that this many would not fit."""
    most = max(2, _KEPT_PIXELS // (frame.width * frame.height))
    if len(wanted) <= most:
        return wanted
    return [wanted[i] for i in np.linspace(0, len(wanted) - 1, most).round().astype(int)]


def _sought(media: Any, stream: Any, wanted: list[float], start_s: float) -> list[Sample]:
    """The frame from which each time can be reached: a key frame at or before it."""
    found: dict[float, Sample] = {}
    for at_s in wanted:
        watcher = _Watcher(stream, start_s)
        if not _seek(media, stream, at_s + start_s):
            continue
        for packet in _demuxed(media, stream):
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


def _reduced(frame: Any) -> NDArray[np.uint8]:
    """The frame's lightness at :data:`SMALL`: (36, 64)."""
    import cv2

    if frame.format.name.startswith("yuv") and frame.format.components[0].bits == 8:
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        luma = rows[: frame.height, : frame.width]
    else:
        luma = frame.reformat(
            width=min(frame.width, _STRIDE_ABOVE_PX),
            height=min(frame.height, _STRIDE_ABOVE_PX),
            format="gray",
        ).to_ndarray()
    step = max(1, min(luma.shape[1] // (2 * SMALL[0]), luma.shape[0] // (2 * SMALL[1]), 4))
    thin = np.ascontiguousarray(luma[::step, ::step])
    small: NDArray[np.uint8] = cv2.resize(thin, SMALL, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
    return small


def small_frames(
    file: File, start_s: float, from_s: float, to_s: float
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Every frame between two times in small, none left out; for a closer look.

    ``start_s`` is the video's :attr:`~qcheck.probes.video.Video.start_s`. Raises
    :class:`Undecodable` as decoding does.
    """
    assert file.format is not None
    with _opened(file.data, file.format.name) as (media, stream):
        watcher = _Watcher(stream, start_s)
        if from_s > 0 and not _seek(media, stream, from_s + start_s):
            return
        for packet in _demuxed(media, stream):
            if packet is None:
                return
            for at_s, frame in watcher.take(packet):
                if from_s - 1e-6 <= at_s <= to_s + 1e-6:
                    yield at_s, _reduced(frame)
                if at_s > to_s + 1e-6:
                    return
            if watcher.had_enough:
                return


# --- what it is ---------------------------------------------------------------------------------


def _footage(file: File, name: str, packets: _Packets, first: Any, codec: Any) -> Footage:
    times_s = packets.times_s
    gaps = np.diff(times_s)
    gaps = gaps[gaps > 0]
    usual = float(np.median(gaps)) if gaps.size else 0.0
    rotation_deg = turned_deg(first)
    width, height = first.width, first.height
    if rotation_deg in (90, 270):
        width, height = height, width
    return Footage(
        container=name,
        codec=_CODECS.get(codec.name, codec.name.upper()),
        pixel_format=str(first.format.name),
        bits_per_channel=int(first.format.components[0].bits),
        high_dynamic_range=int(first.color_trc) in _HDR_TRANSFERS,
        interlaced=bool(first.interlaced_frame),
        size_bytes=file.size_bytes,
        width_px=int(width),
        height_px=int(height),
        rotation_deg=rotation_deg,
        frames=len(times_s),
        seconds=packets.seconds,
        frames_per_second=len(times_s) / packets.seconds if packets.seconds > 0 else 0.0,
        uneven_share=float(np.mean(np.abs(gaps - usual) > _UNEVEN * usual)) if gaps.size else 0.0,
        sound_codec=packets.sound_codec,
        sound_s=packets.sound_s,
    )


def turned_deg(frame: Any) -> int:
    """How far players turn ``frame`` clockwise; a slant is no rotation and is passed over."""
    try:
        counter_clockwise = float(frame.rotation)
    except (TypeError, ValueError, OverflowError):
        return 0
    if not np.isfinite(counter_clockwise):
        return 0
    return round(-counter_clockwise / 90) % 4 * 90


def upright_bgr(frame: Any) -> NDArray[np.uint8]:
    """(height, width, 3), as players show it."""
    import cv2

    unspecified = int(frame.colorspace) == _UNSPECIFIED
    # What says nothing is BT.709 from 720 lines on and BT.601 below, as players take it.
    matrix = (_BT709 if frame.height >= 720 else _BT601) if unspecified else None
    bgr = frame.reformat(format="bgr24", src_colorspace=matrix).to_ndarray()
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    turn = turns.get(turned_deg(frame))
    turned: NDArray[np.uint8] = bgr if turn is None else cv2.rotate(bgr, turn)
    return turned


def _fault(file: File, name: str, packets: _Packets, watcher: _Watcher, broke: bool) -> str | None:
    """What is wrong with it as a clause; None where it is whole."""
    if packets.full:
        return (
            f"it is far longer than any clip: only its first {packets.seconds / 60:.0f} minutes "
            "were read"
        )
    longest_s = max(packets.seconds, packets.sound_s)
    # Edit lists and priming shift the two by a few frames; a cut file loses far more.
    if longest_s < packets.claimed_s - max(0.5, 0.02 * packets.claimed_s):
        return (
            f"it breaks off after {longest_s:.2f} s of the {packets.claimed_s:.2f} s that its "
            "header claims"
        )
    if _DEMUXERS[name] == "mov" and iso_media_cut(file.data):
        return "it breaks off: its end is missing"
    if watcher.damaged:
        return (
            "a frame is damaged"
            if watcher.damaged == 1
            else f"{watcher.damaged} frames are damaged"
        )
    if packets.broke or broke:
        return f"it is damaged after {packets.seconds:.2f} s"
    return None
