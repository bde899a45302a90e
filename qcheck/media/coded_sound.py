"""Sound that is coded, with FFmpeg (PyAV): MP3, AAC, Vorbis, Opus, and the sound of videos.

FFmpeg goes frame by frame, survives a damaged one, and takes the encoder's padding off.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.containers import indexed_share, iso_media_cut
from qcheck.media.content import Undecodable
from qcheck.media.ffmpeg import DEMUXERS, claimed_s, complaint, other_codecs, overheard
from qcheck.media.mpeg_audio import FrameScan, scan_frames
from qcheck.media.ogg_pages import scan_pages
from qcheck.media.raw_sound import RawSound, check_shape, too_long

__all__ = ["read_coded"]

# FFmpeg's names to the usual ones.
_CODECS = {
    "mp3": "MP3", "mp3float": "MP3", "mp2": "MP2", "mp2float": "MP2", "mp1float": "MP1",
    "aac": "AAC", "aac_latm": "AAC", "vorbis": "Vorbis", "opus": "Opus", "libopus": "Opus",
    "libvorbis": "Vorbis", "speex": "Speex", "libspeex": "Speex", "flac": "FLAC", "alac": "ALAC",
    "ac3": "AC-3", "eac3": "E-AC-3", "amrnb": "AMR", "amrwb": "AMR",
}  # fmt: skip
_LOSSLESS = {"FLAC", "ALAC", "PCM"}

# FFmpeg's sample formats (libavutil/samplefmt.h) in NumPy's words; with a p behind, by channel.
_SAMPLES = {
    name + planar: dtype
    for name, dtype in (
        *(("u8", "u1"), ("s16", "i2"), ("s32", "i4"), ("s64", "i8")),
        *(("flt", "f4"), ("dbl", "f8")),
    )
    for planar in ("", "p")
}


def read_coded(
    data: bytes, format_name: str, most_samples: int, container: str | None = None
) -> RawSound:
    """Decode what there is of it.

    ``container`` is what to call it, where that is not its format.
    """
    scan = scan_frames(data) if format_name == "MP3" else None
    whole = data
    for begins, ends in reversed(scan.fronts if scan else ()):
        whole = whole[:begins] + whole[ends:]
    with overheard() as said:
        decoder, codec, declared_s = _decoded(whole, format_name, most_samples)
    faults = decoder.faults()
    if not decoder.blocks:
        raise Undecodable(faults[0] if faults else f"no {format_name} sound can be read from it")
    samples = decoder.samples()
    seconds = len(samples) / decoder.rate_hz
    kbps, variable = decoder.bit_rate_kbps(), decoder.variable
    plays_until_s = None
    if scan:
        kbps, variable = scan.mean_kbps, scan.variable
        if scan.cut_off:
            faults.append("it breaks off in the middle of a frame")
        elif scan.skipped_bytes and not faults:
            faults.append(f"{scan.skipped_bytes} bytes in the middle of it are no sound")
        plays_until_s = _mp3_end_s(scan)
        if plays_until_s is None and scan.declared_s and not faults:
            faults = _lacking(scan.seconds, scan.declared_s)
        if plays_until_s is None and scan.lacking_bytes and not faults:
            faults = [f"{scan.lacking_bytes} bytes of the sound that its header counts are missing"]
    if decoder.full:
        faults = [too_long(seconds)]
    elif not faults:
        faults = _missing(data, format_name, seconds, declared_s)
    # Where files were joined, frames at the joint lack what they are made from, and that is known.
    if not faults and plays_until_s is None and (says := complaint(said, decoder.other_codecs)):
        faults = [says]
    return RawSound(
        samples,
        decoder.rate_hz,
        container or format_name,
        codec,
        decoder.bits if codec in _LOSSLESS else None,
        None if codec in _LOSSLESS else kbps,
        variable,
        tuple(faults),
        plays_until_s=plays_until_s,
        joined_files=1 + len(scan.fronts) if scan else 1,
        checksum_wrong=bool(scan and scan.checksum_wrong),
    )


def _mp3_end_s(scan: FrameScan) -> float | None:
    """Where players stop that believe the index in front, although frames go on."""
    if scan.fronts:
        return scan.declared_s if scan.declared_s is not None else scan.first_part_s
    if scan.declared_s is not None and scan.seconds > scan.declared_s + _tolerance_s(scan.seconds):
        return scan.declared_s
    return None


def _tolerance_s(seconds: float) -> float:
    """Edit lists and priming shift a length by a few frames; a cut file loses far more."""
    return max(0.25, 0.02 * seconds)


def _lacking(seconds: float, declared_s: float) -> list[str]:
    if seconds >= declared_s - _tolerance_s(declared_s):
        return []
    return [f"it breaks off after {seconds:.2f} s of the {declared_s:.2f} s that its header claims"]


def _decoded(
    data: bytes, format_name: str, most_samples: int
) -> tuple[_FrameCollector, str, float]:
    """What was decoded, the codec, and the length that the container claims."""
    import av

    try:
        with av.open(
            io.BytesIO(data), format=DEMUXERS[format_name], metadata_errors="ignore"
        ) as media:
            if not media.streams.audio:
                raise Undecodable(
                    "it is a video without sound"
                    if media.streams.video
                    else "there is no sound in it"
                )
            stream = media.streams.audio[0]
            if stream.codec_context is None:
                raise Undecodable(f"its {format_name} sound is of a kind that qcheck does not know")
            # 2 cores are shared by many files; one thread a file is faster in all.
            stream.codec_context.thread_count = 1
            decoder = _FrameCollector(most_samples)
            decoder.other_codecs = other_codecs(media, stream)
            for packet in _packets(media, stream, decoder):
                decoder.take(packet)
                if decoder.full:
                    break
            return decoder, _codec(stream.codec_context.name), claimed_s(media)
    except av.error.FFmpegError as error:
        raise Undecodable(f"it is damaged: no {format_name} sound can be read from it") from error
    except (ValueError, TypeError, OverflowError, NotImplementedError) as error:
        raise Undecodable(
            f"its {format_name} sound is of a kind that qcheck does not know"
        ) from error


def _codec(name: str) -> str:
    """The usual name of what FFmpeg calls ``name``."""
    family = {"pcm": "PCM", "adpcm": "ADPCM", "gsm": "GSM"}
    return _CODECS.get(name) or family.get(name.partition("_")[0], name.upper())


def _packets(media: Any, stream: Any, decoder: _FrameCollector) -> Iterator[Any]:
    """Packets until the end, or until the container itself is damaged."""
    import av

    packets = media.demux(stream)
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, ValueError, IndexError):
            # IndexError: PyAV does not know streams that turn up in the middle.
            decoder.container_damaged = True
            return


class _FrameCollector:
    """Decodes packets, remembers what failed."""

    def __init__(self, most_samples: int) -> None:
        self.most_samples = most_samples
        self.blocks: list[NDArray[np.float32]] = []
        self.rate_hz = 0
        self.channels = 0
        self.bits: int | None = None
        self.frames = 0
        self.packets = 0
        self.damaged_packets = 0
        self.container_damaged = False
        self.changes = False
        self.full = False
        self._bytes = 0
        self._packet_bytes: set[int] = set()
        self.other_codecs: frozenset[str] = frozenset()
        """Of the streams that were not read."""

    def take(self, packet: Any) -> None:
        import av

        if packet.size:
            self.packets += 1
            self._bytes += packet.size
            self._packet_bytes.add(packet.size)
        try:
            decoded = packet.decode()
        except (av.error.FFmpegError, ValueError):
            self.damaged_packets += 1
            return
        for frame in decoded:
            self._add(frame)

    def _add(self, frame: Any) -> None:
        channels = len(frame.layout.channels)
        if not self.blocks:
            self.rate_hz, self.channels = int(frame.sample_rate), channels
            check_shape(self.rate_hz, self.channels)
            self.bits = {"s16": 16, "s16p": 16, "u8": 8, "u8p": 8}.get(frame.format.name, 24)
        elif (frame.sample_rate, channels) != (self.rate_hz, self.channels):
            self.changes = True
            return
        if frame.samples == 0 or self.full:
            return
        block = _as_float(_samples_of(frame, channels), frame.format.is_planar, channels)
        self.blocks.append(block)
        self.frames += len(block)
        self.full = self.frames * channels >= self.most_samples

    def samples(self) -> NDArray[np.float32]:
        return np.concatenate(self.blocks)

    @property
    def variable(self) -> bool:
        return len(self._packet_bytes) > 2

    def bit_rate_kbps(self) -> float:
        return self._bytes * 8 / (self.frames / self.rate_hz) / 1000

    def faults(self) -> list[str]:
        if self.damaged_packets:
            return [f"{self.damaged_packets} of its {self.packets} frames are damaged"]
        if self.container_damaged:
            return ["it is damaged in the middle"]
        if self.changes:
            return ["its sample rate or number of channels changes in the middle"]
        return []


def _samples_of(frame: Any, channels: int) -> NDArray[Any]:
    """FFmpeg's samples as they are: a row for each channel, or one for all.

    PyAV counts planes until it meets a zero, and behind the eighth there is none (18.1,
    AudioFrame.planes): its own ``to_ndarray`` reads what belongs to nobody, and the process ends.
    """
    dtype = _SAMPLES.get(frame.format.name)
    if dtype is None:
        raise ValueError(f"samples of the kind {frame.format.name} are not known")
    planes, count = channels, frame.samples
    if not frame.format.is_planar:
        planes, count = 1, frame.samples * channels
    rows = [np.frombuffer(plane, dtype, count) for plane in frame.planes[:planes]]
    return np.vstack(rows)


def _as_float(values: NDArray[Any], planar: bool, channels: int) -> NDArray[np.float32]:
    """FFmpeg's samples as (frames, channels), full scale ±1."""
    shaped: NDArray[Any] = values.T if planar else values.reshape(-1, channels)
    if shaped.dtype.kind == "f":
        return np.ascontiguousarray(shaped, dtype=np.float32)
    full_scale = float(2 ** (8 * shaped.dtype.itemsize - 1))
    middle = full_scale if shaped.dtype.kind == "u" else 0.0
    scaled: NDArray[np.float32] = ((shaped - middle) / full_scale).astype(np.float32)
    return scaled


def _missing(data: bytes, format_name: str, seconds: float, declared_s: float) -> list[str]:
    """Whether some of the file is missing, by what each container tells of itself."""
    if format_name == "Ogg":
        pages = scan_pages(data)
        if pages.damaged:
            which = "one is" if pages.damaged == 1 else f"{pages.damaged} are"
            return [f"of its {pages.pages} pages, {which} damaged or missing"]
        return [] if pages.ends else ["it breaks off: its last page is missing"]
    lacking: list[str] = []
    if DEMUXERS[format_name] in ("mov", "matroska"):
        lacking = _lacking(seconds, declared_s)
    if not lacking and DEMUXERS[format_name] == "mov" and iso_media_cut(data):
        return ["it breaks off: its end is missing"]
    if not lacking and format_name == "M4A":
        return _unlisted(data, seconds)
    return lacking


def _unlisted(data: bytes, seconds: float) -> list[str]:
    """Sound that no table of samples lists: players do not know of it."""
    share = indexed_share(data)
    if share is None or share <= 0 or seconds / share - seconds <= _tolerance_s(seconds):
        return []
    return [
        f"its index ends at {seconds:.2f} s, and about {seconds / share - seconds:.1f} s of sound "
        "behind it cannot be played"
    ]
