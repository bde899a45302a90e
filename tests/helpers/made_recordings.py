"""Recordings encoded for tests, with known samples, and what becomes of them."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from qcheck.media.content import Decoding, Recording
from qcheck.media.decode import decode
from qcheck.media.file import File

RATE_HZ = 48_000


Samples = NDArray[np.float32]


def tones(seconds: float = 1.0, channels: int = 1, rate_hz: int = RATE_HZ) -> Samples:
    """A sine a channel, each at a frequency and level of its own."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.stack(
        [0.5 / (c + 1) * np.sin(2 * np.pi * 440 * (c + 1) * time_s) for c in range(channels)],
        axis=1,
    ).astype(np.float32)


def noise(seconds: float) -> Samples:
    random = np.random.default_rng(1)
    return random.normal(0, 0.1, (round(seconds * RATE_HZ), 1)).astype(np.float32)


def stored(samples: Samples, container: str, subtype: str, rate_hz: int = RATE_HZ) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format=container, subtype=subtype)
    return buffer.getvalue()


def coded(samples: Samples, container: str, codec: str, kbps: int = 128) -> bytes:
    if codec == "libvorbis":  # which PyAV decodes and does not encode
        return stored(samples, "OGG", "VORBIS")
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        stream = media.add_stream(codec, rate=RATE_HZ, layout=layout)
        stream.bit_rate = kbps * 1000
        resampler = av.AudioResampler(stream.codec_context.format, layout, RATE_HZ)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=layout
        )
        frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    return buffer.getvalue()


def decoded(data: bytes) -> Decoding:
    return decode(File("voice", data))


def content(data: bytes) -> Recording:
    decoding = decoded(data)
    assert decoding.fault is None, decoding.fault
    assert isinstance(decoding.content, Recording)
    return decoding.content


def refusal(data: bytes) -> str:
    decoding = decoded(data)
    assert decoding.content is None
    assert decoding.fault
    assert "\n" not in decoding.fault
    return decoding.fault
