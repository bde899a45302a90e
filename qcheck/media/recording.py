"""Recordings: every common format to float samples, with what is wrong with the file in words.

libsndfile (soundfile) reads what is stored exactly: WAV, AIFF, FLAC, CAF. FFmpeg (PyAV) reads what
is coded: MP3, AAC, Vorbis, Opus, because it goes frame by frame, survives a damaged one, and takes
the encoder's padding off. Its demuxer is always named, so that no file can pick one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.media.containers import iso_media_cut
from qcheck.media.content import Decoding, Recording, Undecodable
from qcheck.media.file import File
from qcheck.media.mpeg_audio import scan_frames
from qcheck.media.riff import MP3_IN_WAVE, NotWaveError, read_wave

__all__ = ["decode_recording"]

# 256 MiB of samples: 23 minutes of mono at 48 kHz. A clip is at most half a minute; a script for a
# long video is some minutes. What a file claims beyond it is never allocated.
MAX_SAMPLES = 2**26

# What is lost where a damaged file breaks off: 85 ms at 48 kHz.
_BLOCK_FRAMES = 4096

# Slowest speech codecs sample at 8 kHz, the fastest converters at 768 kHz; a header outside of this
# is damaged or a trap, and libraries that take a rate for granted would stall on it.
_RATES_HZ = (2_000, 768_000)

# Beyond this a sample is no sound but garbage; 32-bit integers wrongly stored as floats still fit.
_LARGEST_SAMPLE = 2.0**31

_DEMUXERS = {
    "MP3": "mp3",
    "Ogg": "ogg",
    "M4A": "mov",
    "AAC": "aac",
    "WebM audio": "matroska",
    "WAV": "wav",
    # The sound of a video, where a voice is wanted.
    "MP4": "mov",
    "MOV": "mov",
    "WebM": "matroska",
    "Matroska": "matroska",
    "AVI": "avi",
}

# FFmpeg's names to the usual ones.
_CODECS = {
    "mp3": "MP3", "mp3float": "MP3", "mp2": "MP2", "mp2float": "MP2", "mp1float": "MP1",
    "aac": "AAC", "aac_latm": "AAC", "vorbis": "Vorbis", "opus": "Opus", "libopus": "Opus",
    "libvorbis": "Vorbis", "speex": "Speex", "libspeex": "Speex", "flac": "FLAC", "alac": "ALAC",
    "ac3": "AC-3", "eac3": "E-AC-3", "amrnb": "AMR", "amrwb": "AMR",
}  # fmt: skip
_LOSSLESS = {"FLAC", "ALAC", "PCM"}

# WAVE's format tags that libsndfile reads, and the bits that a sample may have in them: PCM, IEEE
# float, A-law, µ-law (RFC 2361).
_WAVE_BITS: dict[int, tuple[int, ...]] = {1: (8, 16, 24, 32), 3: (32, 64), 6: (8,), 7: (8,)}

# libsndfile's sub-types to a codec and its bits a sample.
_SUBTYPES = {
    "PCM_S8": ("PCM", 8), "PCM_U8": ("PCM", 8), "PCM_16": ("PCM", 16), "PCM_24": ("PCM", 24),
    "PCM_32": ("PCM", 32), "FLOAT": ("PCM float", 32), "DOUBLE": ("PCM float", 64),
    "ULAW": ("µ-law", 8), "ALAW": ("A-law", 8), "IMA_ADPCM": ("ADPCM", 4), "MS_ADPCM": ("ADPCM", 4),
    "GSM610": ("GSM", None), "G721_32": ("ADPCM", 4),
    "ALAC_16": ("ALAC", 16), "ALAC_20": ("ALAC", 20), "ALAC_24": ("ALAC", 24),
    "ALAC_32": ("ALAC", 32),
}  # fmt: skip


def decode_recording(file: File) -> Decoding:
    """Decode all of ``file``, or as much as can be had.

    Raises :class:`Undecodable` where nothing can, in one clause for a person.
    """
    format_name = file.format.name if file.format else ""
    try:
        if format_name == "WAV":
            return _decode_wave(file)
        if format_name in _DEMUXERS:
            return _finish(_read_coded(file.data, format_name))
        return _finish(_read_stored(file.data, format_name, _stored_fault(file.data, format_name)))
    except NotWaveError as refusal:
        raise Undecodable(str(refusal)) from refusal
    except MemoryError as error:
        raise Undecodable("it needs more memory than there is") from error


@dataclass(frozen=True)
class _Read:
    """What a library made of a file, before it is looked over."""

    samples: NDArray[np.float32]
    rate_hz: int
    container: str
    codec: str
    bits_per_sample: int | None
    bit_rate_kbps: float | None
    variable_bit_rate: bool
    faults: tuple[str, ...]


def _finish(read: _Read) -> Decoding:
    """Look the samples over: no rule shall ever meet one that is not a number."""
    samples, faults = read.samples, list(read.faults)
    if samples.size == 0:
        raise Undecodable(faults[0] if faults else "it holds no sound")
    sane = np.isfinite(samples)
    sane &= np.abs(samples, where=sane, out=np.zeros_like(samples)) <= _LARGEST_SAMPLE
    if not sane.all():
        broken = int(sane.size - np.count_nonzero(sane))
        faults.append(
            f"{broken} of its {sane.size} samples are not numbers and were taken as silence"
        )
        samples = np.where(sane, samples, np.float32(0))
    recording = Recording(
        samples=samples,
        rate_hz=read.rate_hz,
        container=read.container,
        codec=read.codec,
        bits_per_sample=read.bits_per_sample,
        bit_rate_kbps=read.bit_rate_kbps,
        variable_bit_rate=read.variable_bit_rate,
    )
    return Decoding(recording, "; ".join(faults) or None)


def _check_shape(rate_hz: int, channels: int) -> None:
    if not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        raise Undecodable(
            f"its header claims a sample rate of {rate_hz} Hz, which no recording has"
        )
    if not 1 <= channels <= 255:
        raise Undecodable(f"its header claims {channels} channels")


def _too_long(read_s: float) -> str:
    return f"it is far longer than any clip: only its first {read_s / 60:.0f} minutes were read"


# --- what is stored: libsndfile ---------------------------------------------------------------


def _decode_wave(file: File) -> Decoding:
    wave = read_wave(file.data)
    _check_shape(wave.rate_hz, wave.channels)
    if not wave.data:
        raise Undecodable("it has a WAV header but no sound in it")
    if wave.format_tag == MP3_IN_WAVE:
        return _finish(_read_coded(wave.data, "MP3", container="WAV"))
    if wave.bits_per_sample not in _WAVE_BITS.get(wave.format_tag, ()):
        # ADPCM, GSM and whatever a damaged header says: FFmpeg is the more careful with those.
        return _finish(_read_coded(wave.canonical, "WAV"))
    return _finish(_read_stored(wave.canonical, "WAV", wave.fault))


def _read_stored(data: bytes, container: str, fault: str | None) -> _Read:
    import soundfile

    faults = [fault] if fault else []
    try:
        with soundfile.SoundFile(_Bytes(data)) as stored:
            rate_hz, channels = int(stored.samplerate), int(stored.channels)
            _check_shape(rate_hz, channels)
            claimed, subtype = int(stored.frames), str(stored.subtype)
            samples, broke = _read_blocks(stored, min(claimed, MAX_SAMPLES // channels))
    except (soundfile.SoundFileError, RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise Undecodable("it is damaged, or stored in a way that qcheck does not know") from error
    if broke or len(samples) < min(claimed, MAX_SAMPLES // channels):
        # FLAC claims 0 or a huge number where it was streamed; then nothing is missing.
        claimed_s = claimed / rate_hz
        if not faults and claimed_s < 24 * 3600:
            faults.append(
                f"it breaks off or is damaged after {len(samples) / rate_hz:.2f} s "
                f"of the {claimed_s:.2f} s that its header claims"
            )
    elif claimed > len(samples):
        faults.append(_too_long(len(samples) / rate_hz))
    codec, bits = _SUBTYPES.get(subtype, (subtype.replace("_", " "), None))
    return _Read(
        samples,
        rate_hz,
        container,
        "FLAC" if container == "FLAC" else codec,
        bits,
        None,
        False,
        tuple(faults),
    )


class _Bytes(io.BytesIO):
    """libsndfile seeks where damaged headers send it; an error there would land on the terminal."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: len(self.getbuffer())}
        return super().seek(min(max(0, start[whence] + offset), 2**62))


def _read_blocks(stored: Any, frames: int) -> tuple[NDArray[np.float32], bool]:
    """Read block by block, so that a lie about the length allocates nothing.

    Returns the samples and whether the library gave up on the way.
    """
    blocks: list[NDArray[np.float32]] = []
    left = frames
    broke = False
    while left > 0:
        try:
            block = stored.read(min(left, _BLOCK_FRAMES), dtype="float32", always_2d=True)
        except (RuntimeError, ValueError):
            broke = True
            break
        if len(block) == 0:
            break
        blocks.append(block)
        left -= len(block)
    if not blocks:
        return np.empty((0, stored.channels), np.float32), broke
    return (blocks[0] if len(blocks) == 1 else np.concatenate(blocks)), broke


def _stored_fault(data: bytes, container: str) -> str | None:
    """A truncated AIFF or CAF: its sound chunk is longer than the file. FLAC says it otherwise."""
    if container == "AIFF":
        at, size_bytes, sound = 12, 4, b"SSND"
    elif container == "CAF":
        at, size_bytes, sound = 8, 8, b"data"
    else:
        return None
    while at + 4 + size_bytes <= len(data):
        body = at + 4 + size_bytes
        size = int.from_bytes(data[at + 4 : body], "big")
        if data[at : at + 4] == sound:
            there = len(data) - body
            streamed = size == 2 ** (8 * size_bytes) - 1
            if size > there and not streamed:
                return f"it breaks off: {100 * there / size:.0f} % of its sound is there"
            return None
        at = body + size + (size & 1 if container == "AIFF" else 0)
    raise Undecodable(f"it has an {container} header but no sound in it")


# --- what is coded: FFmpeg --------------------------------------------------------------------


def _read_coded(data: bytes, format_name: str, container: str | None = None) -> _Read:
    import av

    try:
        with av.open(
            io.BytesIO(data), format=_DEMUXERS[format_name], metadata_errors="ignore"
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
            decoder = _FrameCollector()
            for packet in _packets(media, stream, decoder):
                decoder.take(packet)
                if decoder.full:
                    break
            codec = _CODECS.get(stream.codec_context.name, "")
            if not codec:
                name = stream.codec_context.name
                family = name.partition("_")[0]
                codec = {"pcm": "PCM", "adpcm": "ADPCM", "gsm": "GSM"}.get(family, name.upper())
            declared_s = _declared_s(media)
    except av.error.FFmpegError as error:
        raise Undecodable(f"it is damaged: no {format_name} sound can be read from it") from error
    except (ValueError, TypeError, OverflowError, NotImplementedError) as error:
        raise Undecodable(
            f"its {format_name} sound is of a kind that qcheck does not know"
        ) from error
    faults = decoder.faults()
    if not decoder.blocks:
        raise Undecodable(faults[0] if faults else f"no {format_name} sound can be read from it")
    samples = decoder.samples()
    seconds = len(samples) / decoder.rate_hz
    kbps, variable = decoder.bit_rate_kbps(), decoder.variable
    if format_name == "MP3" and (scan := scan_frames(data)):
        kbps, variable = scan.mean_kbps, scan.variable
        if scan.cut_off:
            faults.append("it breaks off in the middle of a frame")
        elif scan.skipped_bytes and not faults:
            faults.append(f"{scan.skipped_bytes} bytes in the middle of it are no sound")
    if decoder.full:
        faults = [_too_long(seconds)]
    elif not faults:
        faults = _missing(data, format_name, seconds, declared_s)
    return _Read(
        samples,
        decoder.rate_hz,
        container or format_name,
        codec,
        decoder.bits if codec in _LOSSLESS else None,
        None if codec in _LOSSLESS else kbps,
        variable,
        tuple(faults),
    )


def _declared_s(media: Any) -> float:
    """The length that the container claims, 0 where it does not say (FFmpeg counts in µs)."""
    return float(media.duration or 0) / 1e6


def _packets(media: Any, stream: Any, decoder: _FrameCollector) -> Iterator[Any]:
    """Packets until the end, or until the container itself is damaged."""
    import av

    packets = media.demux(stream)
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except (av.error.FFmpegError, ValueError):
            decoder.container_damaged = True
            return


class _FrameCollector:
    """Decodes packets, remembers what failed."""

    def __init__(self) -> None:
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
            _check_shape(self.rate_hz, self.channels)
            self.bits = {"s16": 16, "s16p": 16, "u8": 8, "u8p": 8}.get(frame.format.name, 24)
        elif (frame.sample_rate, channels) != (self.rate_hz, self.channels):
            self.changes = True
            return
        if frame.samples == 0 or self.full:
            return
        block = _as_float(frame.to_ndarray(), frame.format.is_planar, channels)
        self.blocks.append(block)
        self.frames += len(block)
        self.full = self.frames * channels >= MAX_SAMPLES

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
    """Whether the end of the file is missing, by what each container tells of its length."""
    if format_name == "Ogg":
        return [] if _ogg_ends(data) else ["it breaks off: its last page is missing"]
    # Edit lists and priming shift the two by a few frames; a cut file loses far more.
    if _DEMUXERS[format_name] in ("mov", "matroska") and seconds < declared_s - max(
        0.25, 0.02 * declared_s
    ):
        return [
            f"it breaks off after {seconds:.2f} s of the {declared_s:.2f} s that its header claims"
        ]
    if _DEMUXERS[format_name] == "mov" and iso_media_cut(data):
        return ["it breaks off: its end is missing"]
    return []


def _ogg_ends(data: bytes) -> bool:
    """Whether the last whole page ends its stream and nothing is cut after it (RFC 3533 6)."""
    at = data.rfind(b"OggS")
    if at < 0 or at + 27 > len(data):
        return False
    segments = data[at + 26]
    table = data[at + 27 : at + 27 + segments]
    whole = at + 27 + segments + sum(table) <= len(data) and len(table) == segments
    return whole and bool(data[at + 5] & 0x04)
