"""Videos made for tests, small and with known truth."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Decoding, Footage
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 160, 90


def scene(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """A picture of soft blobs, another one for every seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / height
    bgr = np.full((height, width, 3), rng.uniform(40, 200, 3))
    for _ in range(6):
        cx, cy, radius = rng.uniform(0, width / height), rng.uniform(0, 1), rng.uniform(0.1, 0.4)
        blob = np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / radius**2))[..., None]
        bgr = bgr * (1 - blob) + rng.uniform(0, 255, 3) * blob
    return bgr.astype(np.uint8)


def made(
    frames: Sequence[Picture],
    *,
    rate: float = 25,
    times_s: Sequence[float] | None = None,
    container: str = "mp4",
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    sound_s: float = 0.0,
    rotation_deg: int = 0,
    change: Callable[[av.VideoStream], None] | None = None,
) -> bytes:
    """An encoded video; ``times_s`` where its frames are shown at times of their own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made")
        with av.open(str(path), "w", format=container, options=container_options or {}) as out:
            stream = out.add_stream(codec, rate=Fraction(rate).limit_denominator(1001))
            stream.height, stream.width = frames[0].shape[:2]
            stream.pix_fmt = pixel_format
            stream.codec_context.thread_count = 1
            stream.options = options or {}
            if rotation_deg:
                stream.set_display_rotation(rotation_deg)
            if change:
                change(stream)
            stream.codec_context.time_base = Fraction(1, 60_000)
            codec_of_sound = "libopus" if container == "webm" else "aac"
            sound = out.add_stream(codec_of_sound, rate=48_000, layout="mono") if sound_s else None
            for i, bgr in enumerate(frames):
                frame = av.VideoFrame.from_ndarray(bgr, format="bgr24")
                at_s = times_s[i] if times_s is not None else i / rate
                frame.pts, frame.time_base = round(at_s * 60_000), Fraction(1, 60_000)
                for packet in stream.encode(frame):
                    out.mux(packet)
            for packet in stream.encode(None):
                out.mux(packet)
            if sound is not None:
                tone = np.sin(np.arange(round(48_000 * sound_s)) / 20).astype(np.float32) * 0.1
                heard = av.AudioFrame.from_ndarray(tone[None, :], format="fltp", layout="mono")
                heard.sample_rate = 48_000
                for packet in (*sound.encode(heard), *sound.encode(None)):
                    out.mux(packet)
        return path.read_bytes()


def drifting(count: int, seed: int = 1) -> list[Picture]:
    return [np.roll(scene(seed), i, axis=1) for i in range(count)]


def evidence_of(data: bytes, name: str = "a.mp4") -> Evidence:
    return Evidence(File(name, data))


def footage_of(data: bytes) -> Footage:
    return evidence_of(data).get(Footage)


def fault_of(data: bytes) -> str:
    return evidence_of(data).get(Decoding).fault or ""
