"""The chunks of a WAV file, read with distrust: sizes in headers lie.

RIFF and WAVE after Microsoft's Multimedia Programming Interface 1.0, WAVE_FORMAT_EXTENSIBLE after
KSMEDIA.H, RF64 and BW64 after EBU Tech 3306 and ITU-R BS.2088.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["MP3_IN_WAVE", "NotWaveError", "Wave", "read_wave", "sound_end"]

_Order = Literal["big", "little"]

PCM = 1
EXTENSIBLE = 0xFFFE
MP3_IN_WAVE = 0x0055

# Writers that cannot seek back leave the largest size, or about it (ffmpeg 0xFFFFFFFF, sox
# 0x7FFFF000 and above): it means "until the end".
_STREAMED_FROM = 0x7FFFF000

# Less than a syllable behind the end is some program's scribble.
_LEAST_BEHIND_S = 0.1
# Tags that are put behind a file without a chunk of their own: ID3, APE, and lyrics.
_NO_SOUND = (b"TAG", b"ID3", b"APETAGEX", b"LYRICSBEGIN")


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
    declared_bytes: int
    """Where the sound ends for whoever believes the header; the rest of ``data`` is behind it."""
    streamed: bool
    """Whether the header was left without a length, for want of knowing it."""


def sound_end(data: bytes) -> int:
    """Where the sound ends by the header; where the header says nothing, where it begins."""
    order: _Order = "big" if data[:4] == b"RIFX" else "little"
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], order)
        if data[at : at + 4] == b"data":
            return at + 8 + (size if 0 < size < _STREAMED_FROM else 0)
        at += 8 + size + (size & 1)
    return len(data)


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
    streamed = _STREAMED_FROM <= claimed != available
    if claimed == 0 and available >= max(block_bytes, 1) and not _is_chunk(data, body, order):
        fault = "its header was never finished: it says that there is no sound, but sound follows"
        claimed = available
    elif claimed > available:
        if claimed < _STREAMED_FROM:
            fault = f"it breaks off: {_share(available, claimed)} of its sound is there"
        claimed = available
    odd_bytes = data[body + available // max(block_bytes, 1) * max(block_bytes, 1) :]
    # A byte that pads the chunk is none.
    if streamed and tag == PCM and odd_bytes not in (b"", b"\0"):
        fault = "it breaks off in the middle of a sample"
    behind = _behind(data, body + claimed, order)
    if len(behind) < _LEAST_BEHIND_S * bytes_per_second:
        behind = b""
    sound = data[body : body + claimed] + behind
    riff = b"RIFF" if order == "little" else b"RIFX"

    def chunk(name: bytes, content: bytes) -> bytes:
        padding = b"\0" * (len(content) & 1)
        return name + len(content).to_bytes(4, order) + content + padding

    chunks = b"WAVE" + chunk(b"fmt ", fmt) + chunk(b"data", sound)
    canonical = riff + len(chunks).to_bytes(4, order) + chunks
    return Wave(
        *(tag, channels, rate_hz, bytes_per_second, bits),
        data=sound,
        fault=fault,
        canonical=canonical,
        declared_bytes=claimed,
        streamed=streamed,
    )


def _behind(data: bytes, at: int, order: _Order) -> bytes:
    """What stands behind the sound and is neither a chunk nor what pads one: more sound."""
    while True:
        # Not every writer pads a chunk of odd length.
        at += at & 1 and not _is_chunk(data, at, order)
        if not _is_chunk(data, at, order):
            break
        at += 8 + int.from_bytes(data[at + 4 : at + 8], order)
    rest = data[at:]
    return rest if rest.strip(b"\0") and not rest.startswith(_NO_SOUND) else b""


def _is_chunk(data: bytes, at: int, order: _Order) -> bool:
    """Whether a chunk that fits into the file starts at ``at``: then the sound is really empty."""
    if at + 8 > len(data):
        return False
    name = data[at : at + 4]
    size = int.from_bytes(data[at + 4 : at + 8], order)
    return all(32 <= byte < 127 for byte in name) and at + 8 + size <= len(data) + 1


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if part else "none"
