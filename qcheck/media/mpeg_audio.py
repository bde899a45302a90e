"""MPEG audio frames as the file holds them: what an MP3's bit rate truly is.

Headers after ISO/IEC 11172-3 2.4.2.3 and ISO/IEC 13818-3 2.4.2.3; the Xing, Info and VBRI frames
hold an index instead of sound and do not count (their claims are not believed, only their place).
"""

from __future__ import annotations

from dataclasses import dataclass

import fastcrc

__all__ = ["FrameHeader", "FrameScan", "frame_header", "id3v2_bytes", "scan_frames"]

# kbit/s by layer (I, II, III) and bit_rate_index 0 to 14; MPEG-1, then MPEG-2 and 2.5.
_MPEG1_KBPS = {
    1: (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_MPEG2_KBPS = {
    1: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    3: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {
    3: (44100, 48000, 32000),  # MPEG-1
    2: (22050, 24000, 16000),  # MPEG-2
    0: (11025, 12000, 8000),  # MPEG-2.5
}

# How far a lost frame is looked for: 6 s at 320 kbit/s. Farther on it is another file's remains.
_RESYNC_BYTES = 1 << 18


@dataclass(frozen=True)
class FrameHeader:
    """One frame: ``size_bytes`` with its header, ``samples`` of each channel."""

    layer: int
    mpeg1: bool
    rate_hz: int
    mono: bool
    bit_rate_kbps: int
    size_bytes: int
    samples: int

    def continues(self, other: FrameHeader) -> bool:
        """Whether both can be frames of one stream; only bit rate and padding may change."""
        return (self.layer, self.mpeg1, self.rate_hz) == (other.layer, other.mpeg1, other.rate_hz)


@dataclass(frozen=True)
class FrameScan:
    """Every frame of sound in a file."""

    frames: int
    layer: int
    mean_kbps: float
    variable: bool
    skipped_bytes: int
    """Bytes between frames that are no frames: damage."""
    cut_off: bool
    """The last frame is longer than what is left of the file."""
    seconds: float = 0.0
    declared_s: float | None = None
    """The length that the index in front claims; None where there is none."""
    fronts: tuple[tuple[int, int], ...] = ()
    """Where tags and indexes in the middle begin and end: each stands before another file."""
    first_part_s: float | None = None
    """What is heard before the first of them."""
    checksum_wrong: bool = False
    """Whether LAME's checksum of all of the sound, or of its tag, is not that of what is there."""
    lacking_bytes: int = 0
    """How many bytes of the sound that LAME counted are not there."""


def id3v2_bytes(data: bytes, at: int = 0) -> int:
    """Bytes of the ID3v2 tag at ``at``, 0 where there is none (id3v2.4.0-structure 3.1)."""
    if data[at : at + 3] != b"ID3" or len(data) < at + 10:
        return 0
    synchsafe = data[at + 6 : at + 10]
    body = sum(
        (byte & 0x7F) << shift for byte, shift in zip(synchsafe, (21, 14, 7, 0), strict=True)
    )
    footer = 10 if data[at + 5] & 0x10 else 0
    return 10 + body + footer


def frame_header(data: bytes, at: int = 0) -> FrameHeader | None:
    """The header at ``at``; None where there is none, or where the bit rate is "free"."""
    if at < 0 or at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, 4 - (data[at + 1] >> 1 & 3)
    bit_rate_index, rate_index = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    if version == 1 or layer == 4 or bit_rate_index in (0, 15) or rate_index == 3:
        return None
    mpeg1 = version == 3
    rate_hz = _RATES_HZ[version][rate_index]
    kbps = (_MPEG1_KBPS if mpeg1 else _MPEG2_KBPS)[layer][bit_rate_index]
    padding = data[at + 2] >> 1 & 1
    if layer == 1:
        samples, size_bytes = 384, (12 * kbps * 1000 // rate_hz + padding) * 4
    else:
        samples = 576 if layer == 3 and not mpeg1 else 1152
        size_bytes = samples // 8 * kbps * 1000 // rate_hz + padding
    mono = data[at + 3] >> 6 == 3
    return FrameHeader(layer, mpeg1, rate_hz, mono, kbps, size_bytes, samples)


def scan_frames(data: bytes) -> FrameScan | None:
    """Walk all frames of ``data``; None where fewer than two stand in a row."""
    at = id3v2_bytes(data)
    end = len(data) - (128 if data[-128:-125] == b"TAG" else 0)  # ID3v1
    first = _next_frame(data, at, end, None)
    if first is None:
        return None
    at, stream = first
    index = _index(data, at, stream)
    if index is not None:
        at += stream.size_bytes
    fronts: list[tuple[int, int]] = []
    first_part_s: float | None = None
    frames, coded_bytes, seconds, skipped = 0, 0, 0.0, 0
    rates = set()
    cut_off = False
    while at + 4 <= end:
        front = _front_bytes(data, at, end, stream)
        if front:
            first_part_s = seconds if first_part_s is None else first_part_s
            fronts.append((at, at + front))
            at += front
            continue
        header = frame_header(data, at)
        if header is None or not header.continues(stream):
            if data[at : at + 8] == b"APETAGEX" or data[at : at + 3] == b"TAG":
                break
            resumed = _next_frame(data, at + 1, end, stream)
            if resumed is None:
                break  # what follows the last frame is some other tag
            skipped += resumed[0] - at
            at, header = resumed
        if at + header.size_bytes > end:
            cut_off = True
            break
        frames += 1
        coded_bytes += header.size_bytes
        seconds += header.samples / header.rate_hz
        rates.add(header.bit_rate_kbps)
        at += header.size_bytes
    if not frames:
        return None
    variable = len(rates) > 1
    # One bit rate is exact; its bytes say 127.99 where padding does not come out even.
    mean_kbps = float(rates.pop()) if len(rates) == 1 else coded_bytes * 8 / seconds / 1000
    declared_s = None
    if index is not None and index.frames:
        declared_s = index.frames * stream.samples / stream.rate_hz
    return FrameScan(
        *(frames, stream.layer, mean_kbps, variable, skipped, cut_off, seconds),
        declared_s=declared_s,
        fronts=tuple(fronts),
        first_part_s=first_part_s,
        checksum_wrong=index is not None and index.checksum_wrong,
        lacking_bytes=index.lacking_bytes if index is not None else 0,
    )


def _next_frame(
    data: bytes, at: int, end: int, stream: FrameHeader | None
) -> tuple[int, FrameHeader] | None:
    """The next header at or after ``at`` that another one, or the end, confirms."""
    search_end = min(end, at + _RESYNC_BYTES)
    while (at := data.find(b"\xff", at, search_end)) >= 0:
        header = frame_header(data, at)
        if header and (stream is None or header.continues(stream)):
            after = at + header.size_bytes
            following = frame_header(data, after)
            # The frame with the index is known by that, whatever became of the next one.
            index = stream is None and _is_index(data, at, header)
            if index or after == end or (following and following.continues(header)):
                return at, header
        at += 1
    return None


def _front_bytes(data: bytes, at: int, end: int, stream: FrameHeader) -> int:
    """Bytes of what stands at ``at`` in front of another file's sound; 0 where that goes on."""
    after = at
    if data[after : after + 3] == b"TAG":
        after += 128  # ID3v1, behind the file before
    after += id3v2_bytes(data, after)
    header = frame_header(data, after)
    if after + 4 > end or header is None or not header.continues(stream):
        return 0
    if _is_index(data, after, header):
        after += header.size_bytes
    return after - at


def _is_index(data: bytes, at: int, header: FrameHeader) -> bool:
    """Xing and Info stand after the side information, VBRI 32 bytes after the header."""
    return _xing_at(data, at, header) is not None or data[at + 36 : at + 40] == b"VBRI"


def _xing_at(data: bytes, at: int, header: FrameHeader) -> int | None:
    side = (17 if header.mono else 32) if header.mpeg1 else (9 if header.mono else 17)
    xing = at + 4 + side
    return xing if data[xing : xing + 4] in (b"Xing", b"Info") else None


@dataclass(frozen=True)
class _Index:
    """What the frame in front of the sound claims of it."""

    frames: int | None
    checksum_wrong: bool = False
    lacking_bytes: int = 0


# Fields of the Xing tag by the bit that says that they are there, and their bytes; then LAME's
# (Mp3 Info Tag rev. 1): its name, so much until the length of the sound, the checksum of it, and
# that of everything before.
_XING_FIELDS = ((1, 4), (2, 4), (4, 100), (8, 4))
_LAME_LENGTH_AT, _LAME_CHECKSUM_AT, _LAME_OWN_CHECKSUM_AT, _LAME_BYTES = 28, 32, 34, 36
_LIKE_LAME = (b"LAME", b"Lavf", b"Lavc", b"L3.9")
# FFmpeg takes the last checksum of other bytes, so that of no file of its own is right.
_ITS_OWN = b"LAME"


def _index(data: bytes, at: int, header: FrameHeader) -> _Index | None:
    if data[at + 36 : at + 40] == b"VBRI":
        return _Index(int.from_bytes(data[at + 50 : at + 54], "big") or None)
    xing = _xing_at(data, at, header)
    if xing is None:
        return None
    flags = int.from_bytes(data[xing + 4 : xing + 8], "big")
    frames = int.from_bytes(data[xing + 8 : xing + 12], "big") if flags & 1 else 0
    lame = xing + 8 + sum(size for bit, size in _XING_FIELDS if flags & bit)
    sound_at = at + header.size_bytes
    if lame + _LAME_BYTES > sound_at or data[lame : lame + 4] not in _LIKE_LAME:
        return _Index(frames or None)
    length = int.from_bytes(data[lame + _LAME_LENGTH_AT : lame + _LAME_CHECKSUM_AT], "big")
    return _Index(
        frames or None,
        _changed(data, at, sound_at, lame, length),
        max(0, at + length - len(data)),
    )


def _changed(data: bytes, at: int, sound_at: int, lame: int, length: int) -> bool:
    """Whether a checksum of LAME's is there, and is not that of what it was taken of."""
    own = data[lame + _LAME_OWN_CHECKSUM_AT : lame + _LAME_BYTES]
    if data[lame : lame + 4] == _ITS_OWN and own != b"\0\0":
        wanted = fastcrc.crc16.arc(data[at : lame + _LAME_OWN_CHECKSUM_AT])
        if wanted != int.from_bytes(own, "big"):
            return True
    checksum = int.from_bytes(data[lame + _LAME_CHECKSUM_AT : lame + _LAME_OWN_CHECKSUM_AT], "big")
    if not checksum or not sound_at < at + length <= len(data):
        return False
    return fastcrc.crc16.arc(data[sound_at : at + length]) != checksum
