"""The portrait and the voice of the fixtures in every format, for whoever damages them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tools import ROOT

__all__ = ["Transcode", "transcodes"]

PORTRAIT = ROOT / "fixtures" / "portrait.png"
VOICE = ROOT / "fixtures" / "voice.wav"
SIDE_PX = 640


@dataclass(frozen=True)
class Transcode:
    """One file, and where its pixels or its sound begin."""

    name: str
    extension: str
    data: bytes = field(repr=False)
    begins: bytes
    """What stands in front of the pixels or the sound."""
    proves_all: bool = False
    """Whether its checksums cover every bit of them."""

    @property
    def payload_from(self) -> int:
        return self.data.index(self.begins) + len(self.begins)


def transcodes(portrait: Path = PORTRAIT, voice: Path = VOICE) -> Iterator[Transcode]:
    """Every format, one after the other: nothing is made before it is wanted."""
    yield from _pictures(portrait)
    yield from _recordings(voice)


def _pictures(portrait: Path) -> Iterator[Transcode]:
    from PIL import Image

    with Image.open(portrait) as opened:
        image = opened.convert("RGB")
    # A bit in a tenth of the pixels is as bad as one in all of them, and ten times as fast to try.
    image.thumbnail((SIDE_PX, SIDE_PX))

    def made(fmt: str, **options: Any) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, fmt, **options)
        return buffer.getvalue()

    yield Transcode("PNG as it came", "png", portrait.read_bytes(), b"IDAT", True)
    yield Transcode("PNG", "png", made("PNG"), b"IDAT", True)
    yield Transcode("JPEG", "jpg", made("JPEG", quality=90), b"\xff\xda")
    yield Transcode(
        "JPEG, progressive", "jpg", made("JPEG", quality=90, progressive=True), b"\xff\xda"
    )
    yield Transcode("WebP", "webp", made("WEBP", quality=90), b"VP8 ")
    yield Transcode("WebP, lossless", "webp", made("WEBP", lossless=True), b"VP8L")
    yield Transcode("AVIF", "avif", made("AVIF"), b"mdat")
    deflated = made("TIFF", compression="tiff_adobe_deflate")
    yield Transcode("TIFF, deflate", "tif", deflated, b"", True)
    yield Transcode("TIFF, LZW", "tif", made("TIFF", compression="tiff_lzw"), b"")
    yield Transcode("TIFF, uncompressed", "tif", made("TIFF"), b"")
    yield Transcode("BMP", "bmp", made("BMP"), b"")
    yield Transcode("GIF", "gif", made("GIF"), b"\x2c\0\0\0\0")


def _recordings(voice: Path) -> Iterator[Transcode]:
    import soundfile

    samples, rate_hz = soundfile.read(voice, dtype="float32", always_2d=True)

    def stored(container: str, subtype: str) -> bytes:
        buffer = io.BytesIO()
        soundfile.write(buffer, samples, rate_hz, format=container, subtype=subtype)
        return buffer.getvalue()

    yield Transcode("WAV", "wav", stored("WAV", "PCM_16"), b"data")
    yield Transcode("AIFF", "aiff", stored("AIFF", "PCM_16"), b"SSND")
    yield Transcode("FLAC", "flac", stored("FLAC", "PCM_16"), b"\xff\xf8", True)
    yield Transcode("Ogg Vorbis", "ogg", stored("OGG", "VORBIS"), b"OggS", True)
    yield Transcode("Ogg Opus", "opus", _coded(samples, rate_hz, "ogg", "libopus"), b"OggS", True)
    yield Transcode("MP3", "mp3", _coded(samples, rate_hz, "mp3", "libmp3lame"), b"Info", True)
    yield Transcode("MP3, variable", "mp3", stored("MP3", "MPEG_LAYER_III"), b"LAME", True)
    yield Transcode("M4A", "m4a", _coded(samples, rate_hz, "ipod", "aac"), b"mdat")


def _coded(samples: Any, rate_hz: int, container: str, codec: str) -> bytes:
    import av
    import numpy as np

    layout = "mono" if samples.shape[1] == 1 else "stereo"
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        stream: Any = media.add_stream(codec, rate=48_000, layout=layout)
        stream.bit_rate = 128_000
        resampler = av.AudioResampler(stream.codec_context.format, layout, 48_000)
        planes = np.ascontiguousarray(samples.T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    return buffer.getvalue()
