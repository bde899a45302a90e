"""The chunks of a WAV file, read with distrust: sizes in headers lie.

RIFF and WAVE after Microsoft's Multimedia Programming Interface 1.0, WAVE_FORMAT_EXTENSIBLE after
KSMEDIA.H, RF64 and BW64 after EBU Tech 3306 and ITU-R BS.2088.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["NotWaveError", "Wave", "read_wave"]

_Order = Literal["big", "little"]

EXTENSIBLE = 0xFFFE
MP3_IN_WAVE = 0x0055

# Writers that cannot seek back leave the largest size, or about it (ffmpeg 0xFFFFFFFF, sox
# 0x7FFFF000 and above): it means "until the end".
_STREAMED_FROM = 0x7FFFF000


class NotWaveError(Exception):
    """There is no sound in it; the message is a clause for a person."""


@dataclass(frozen=True)
class Wave:
    """Where a WAV file's sound is and how its header describes it."""

    format_tag: int
    """Resolved through WAVE_FORMAT_EXTENSIBLE's sub-format."""
    channels: int
    rate_hz: int
    bytes_per_second: int
    bits_per_sample: int
    data: bytes
    """The sound's bytes that are really there."""
    fault: str | None
    canonical: bytes
    """The same sound behind a header whose sizes are true."""


def read_wave(data: bytes) -> Wave:
    """Raises :class:`NotWaveError` where the format or the sound is missing."""
    order: _Order = "big" if data[:4] == b"RIFX" else "little"
    fmt: bytes | None = None
    data64: int | None = None
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], order)
        body = at + 8
        if name == b"ds64":
            data64 = int.from_bytes(data[body + 8 : body + 16], "little")
        elif name == b"fmt ":
            fmt = data[body : body + min(size, 1024)]
        elif name == b"data":
            return _wave(
                data, body, data64 if data64 and size >= _STREAMED_FROM else size, fmt, order
            )
        at = body + size + (size & 1)
    raise NotWaveError("it has a WAV header but no sound in it")


def _wave(data: bytes, body: int, claimed: int, fmt: bytes | None, order: _Order) -> Wave:
    if fmt is None or len(fmt) < 16:
        raise NotWaveError("its WAV header does not say how the sound is stored")

    def number(at: int, size: int) -> int:
        return int.from_bytes(fmt[at : at + size], order)

    tag, channels, rate_hz = number(0, 2), number(2, 2), number(4, 4)
    bytes_per_second, block_bytes, bits = number(8, 4), number(12, 2), number(14, 2)
    if tag == EXTENSIBLE and len(fmt) >= 26:
        tag = number(24, 2)
    if channels == 0:
        raise NotWaveError("its header claims that it has no channels")
    available = len(data) - body
    fault = None
    if claimed == 0 and available >= max(block_bytes, 1) and not _is_chunk(data, body, order):
        fault = "its header was never finished: it says that there is no sound, but sound follows"
        claimed = available
    elif claimed > available:
        if claimed < _STREAMED_FROM:
            fault = f"it breaks off: {_share(available, claimed)} of its sound is there"
        claimed = available
    sound = data[body : body + claimed]
    riff = b"RIFF" if order == "little" else b"RIFX"

    def chunk(name: bytes, content: bytes) -> bytes:
        padding = b"\0" * (len(content) & 1)
        return name + len(content).to_bytes(4, order) + content + padding

    chunks = b"WAVE" + chunk(b"fmt ", fmt) + chunk(b"data", sound)
    canonical = riff + len(chunks).to_bytes(4, order) + chunks
    return Wave(tag, channels, rate_hz, bytes_per_second, bits, sound, fault, canonical)


def _is_chunk(data: bytes, at: int, order: _Order) -> bool:
    """Whether a chunk that fits into the file starts at ``at``: then the sound is really empty."""
    if at + 8 > len(data):
        return False
    name = data[at : at + 4]
    size = int.from_bytes(data[at + 4 : at + 8], order)
    return all(32 <= byte < 127 for byte in name) and at + 8 + size <= len(data) + 1


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if part else "none"
