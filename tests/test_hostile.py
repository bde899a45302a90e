"""Every file is hostile until decoded: whatever comes in, a report comes out.

Each sound file is made small, then broken in every way below with fixed seeds. No rule may crash,
and nothing that does not decode whole may pass.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from qcheck.core.job import Job
from qcheck.core.results import FileReport, Report, Severity, Status
from qcheck.engine.judge import Selected, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.media.file import File
from qcheck.media.sniff import FORMATS
from qcheck.probes.evidence import Evidence


@cache
def every_rule() -> tuple[Selected, ...]:
    return tuple(Selected(rule, resolve_limits(rule, [])) for rule in load_rules().all)


def check(name: str, data: bytes) -> FileReport:
    report = check_file(Evidence(File(name, data)), every_rule(), Job())
    crashed = [
        f"{o.rule}: {o.reason}\n{o.trace}" for o in report.outcomes if o.status is Status.CRASHED
    ]
    assert not crashed, crashed[0]
    return report


def blocks(report: FileReport) -> bool:
    return Report((report,), None, Severity.ERROR).blocks(report)


def picture(format_name: str, mode: str = "RGB") -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(buffer, format_name)
    return buffer.getvalue()


def tone(
    rate_hz: int = 48000, seconds: float = 0.6
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    return (0.2 * np.sin(2 * np.pi * 220 * t)).astype(np.float32)


def stored(container: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, tone(), 48000, format=container, subtype=subtype)
    return buffer.getvalue()


def coded(container: str, codec: str) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone()[None, :], format="fltp", layout="mono")
        frame.sample_rate = 48000
        resampler = av.AudioResampler(stream.codec_context.format, "mono", 48000)
        for converted in resampler.resample(frame):
            output.mux(stream.encode(converted))
        output.mux(stream.encode(None))
    return buffer.getvalue()


@cache
def sound_files() -> dict[str, bytes]:
    return {
        "a.png": picture("PNG"),
        "a.jpg": picture("JPEG"),
        "a.webp": picture("WEBP"),
        "a.avif": picture("AVIF"),
        "a.tif": picture("TIFF"),
        "a.bmp": picture("BMP"),
        "a.gif": picture("GIF", "P"),
        "a.ppm": picture("PPM"),
        "a.pgm": picture("PPM", "L"),
        "a.wav": stored("WAV", "PCM_16"),
        "b.wav": stored("WAV", "FLOAT"),
        "a.flac": stored("FLAC", "PCM_16"),
        "a.ogg": stored("OGG", "VORBIS"),
        "a.aiff": stored("AIFF", "PCM_16"),
        "a.mp3": coded("mp3", "libmp3lame"),
        "a.m4a": coded("ipod", "aac"),
        "a.aac": coded("adts", "aac"),
        "a.opus": coded("ogg", "libopus"),
    }


NAMES = [
    "a.png",
    "a.jpg",
    "a.webp",
    "a.avif",
    "a.tif",
    "a.bmp",
    "a.gif",
    "a.ppm",
    "a.pgm",
    "a.wav",
    "b.wav",
    "a.flac",
    "a.ogg",
    "a.aiff",
    "a.mp3",
    "a.m4a",
    "a.aac",
    "a.opus",
]


def broken(data: bytes, seed: int) -> Iterator[bytes]:
    """Cut, flipped, doubled, zeroed, swapped."""
    choose = random.Random(seed)
    for share in (0.02, 0.3, 0.7, 0.98):
        yield data[: int(len(data) * share)]
    for flips in (1, 8, 64):
        for _ in range(4):
            copy = bytearray(data)
            for _ in range(flips):
                copy[choose.randrange(8, len(copy))] ^= 1 << choose.randrange(8)
            yield bytes(copy)
    for _ in range(4):
        # Headers hold the sizes that decoders trust.
        copy = bytearray(data)
        at = choose.randrange(4, min(len(copy) - 4, 96))
        copy[at : at + 4] = choose.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
        yield bytes(copy)
    start = choose.randrange(16, len(data))
    yield data[:start] + bytes(len(data) - start)
    yield data + data
    yield data[:16] + choose.randbytes(len(data))


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_of_every_format_decodes(name: str) -> None:
    readable = next(o for o in check(name, sound_files()[name]).outcomes if o.rule == "readable")
    assert readable.status is Status.PASS, readable


@pytest.mark.parametrize("name", NAMES)
def test_no_broken_file_crashes_a_rule(name: str) -> None:
    for data in broken(sound_files()[name], seed=NAMES.index(name)):
        check(name, data)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_to_its_beginning_blocks(name: str) -> None:
    data = sound_files()[name]
    assert blocks(check(name, data[: max(16, len(data) // 50)]))


@pytest.mark.parametrize("data", [b"", b"\0", b"hello", b"\xff" * 9, b"version https://git-lfs"])
def test_what_is_nothing_blocks_with_one_finding(data: bytes) -> None:
    report = check("a.png", data)
    assert blocks(report)
    assert [finding.rule for finding in report.findings] == ["readable"]


def test_a_png_that_promises_four_gigapixels_is_refused() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9999)))
    )
    report = check("bomb.png", bomb)
    assert [finding.rule for finding in report.findings] == ["readable"]
    assert blocks(report)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (2, 2)])
@pytest.mark.parametrize("colour", ["black", "white"])
def test_degenerate_pictures_are_judged(size: tuple[int, int], colour: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    assert blocks(check("a.png", buffer.getvalue()))


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("frames", [0, 1, 100, 5000, 48000])
@pytest.mark.parametrize("value", [0.0, 1.0, float("nan"), float("inf")])
def test_degenerate_recordings_are_judged(channels: int, frames: int, value: float) -> None:
    buffer = io.BytesIO()
    samples = np.full((frames, channels), value, np.float32)
    soundfile.write(buffer, samples, 48000, format="WAV", subtype="FLOAT")
    assert blocks(check("a.wav", buffer.getvalue()))


@pytest.mark.parametrize("rate_hz", [1, 100, 768_000, 2**31 - 1])
def test_absurd_sample_rates_are_judged(rate_hz: int) -> None:
    data = bytearray(stored("WAV", "PCM_16"))
    data[24:28] = rate_hz.to_bytes(4, "little")
    assert blocks(check("a.wav", bytes(data)))


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_a_signature_alone_is_not_a_file(format_name: str) -> None:
    signatures = {
        "PNG": b"\x89PNG\r\n\x1a\n",
        "JPEG": b"\xff\xd8\xff",
        "WebP": b"RIFF\0\0\0\0WEBP",
        "AVIF": b"\0\0\0\x14ftypavif\0\0\0\0avif",
        "HEIC": b"\0\0\0\x14ftypheic\0\0\0\0heic",
        "TIFF": b"II*\0",
        "BMP": b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(8),
        "GIF": b"GIF89a",
        "PNM": b"P5 64 48 255\n",
        "SRT": b"1\n-->",
        "WebVTT": b"WEBVTT",
        "caption segments": b'[{"start":',
        "script": b"[S1]",
        "WAV": b"RIFF\0\0\0\0WAVE",
        "MP3": b"\xff\xfb\x90\x00",
        "FLAC": b"fLaC",
        "Ogg": b"OggS",
        "M4A": b"\0\0\0\x14ftypM4A \0\0\0\0isom",
        "AAC": b"\xff\xf1\x50\x80",
        "AIFF": b"FORM\0\0\0\0AIFF",
        "CAF": b"caff",
        "WebM": b"\x1aE\xdf\xa3\x87\x42\x82\x84webm",
        "Matroska": b"\x1aE\xdf\xa3",
        # A segment of unknown size, and in it the one track that there is: sound.
        "WebM audio": b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\xff"
        b"\x16\x54\xae\x6b\x85\xae\x83\x83\x81\x02",
        "MP4": b"\0\0\0\x14ftypisom\0\0\0\0isom",
        "MOV": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
        "AVI": b"RIFF\0\0\0\0AVI ",
    }
    data = signatures[format_name]
    assert File("a", data).format is FORMATS[format_name]
    report = check("a", data)
    # A text that only begins is whole, but holds nothing.
    empty = {"WebVTT": "caption-order", "script": "script-length"}.get(format_name, "readable")
    assert [finding.rule for finding in report.findings] == [empty]
    assert blocks(report)
