"""What the frames of an MP3 say, whatever a tag in front of them claims."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from made_recordings import RATE_HZ, coded, content, decoded, noise, tones

from qcheck.media.content import Recording
from qcheck.media.file import File
from qcheck.media.mpeg_audio import frame_header, id3v2_bytes, scan_frames


@pytest.mark.parametrize("kbps", [64, 96, 128, 192, 320])
def test_a_constant_mp3_has_exactly_its_bit_rate(kbps: int) -> None:
    recording = content(coded(tones(2.0), "mp3", "libmp3lame", kbps))
    assert recording.bit_rate_kbps == kbps
    assert not recording.variable_bit_rate


def test_a_variable_mp3_has_the_mean_of_its_frames() -> None:
    samples = noise(2.0)
    samples[RATE_HZ:] = 0
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as media:
        stream = media.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.codec_context.qscale = True
        stream.codec_context.global_quality = 4 * 118  # FF_QP2LAMBDA
        for at in range(0, len(samples), 1152):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[at : at + 1152].T), format="fltp", layout="mono"
            )
            frame.sample_rate, frame.time_base, frame.pts = RATE_HZ, Fraction(1, RATE_HZ), at
            media.mux(stream.encode(frame))
        media.mux(stream.encode(None))
    data = buffer.getvalue()
    recording = content(data)
    assert recording.variable_bit_rate
    with av.open(io.BytesIO(data)) as media:  # FFmpeg leaves the index out as well
        sizes = [packet.size for packet in media.demux() if packet.size]
    assert recording.bit_rate_kbps == pytest.approx(sum(sizes) * 8 / (len(sizes) * 24), rel=0.01)


def test_the_bit_rate_comes_from_the_frames_and_not_from_the_tag() -> None:
    data = bytearray(coded(tones(2.0), "mp3", "libmp3lame", 64))
    tag = data.index(b"Info") if b"Info" in data else data.index(b"Xing")
    data[tag + 8 : tag + 16] = b"\x00\x00\x00\x01\x7f\xff\xff\xff"  # one frame of 2 GB
    decoding = decoded(bytes(data))
    assert isinstance(decoding.content, Recording)
    assert decoding.content.bit_rate_kbps == 64


def test_an_mp3_behind_a_tag_is_recognised() -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 2, 0]) + bytes(256)
    assert content(tag + coded(tones(), "mp3", "libmp3lame")).container == "MP3"


def test_random_bytes_that_begin_like_a_frame_are_no_recording() -> None:
    junk = np.random.default_rng(5).integers(0, 255, 4096, np.uint8).tobytes()
    assert File("x", b"\xff\xfb\x90\x00" + junk).format is None
    assert File("x", b"\xff\xf1\x50\x80" + junk).format is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # ISO/IEC 11172-3 2.4.2.3, worked by hand: 144 x bit rate / sample rate + padding.
        (b"\xff\xfb\x90\x00", (3, 44_100, 128, 417, 1152)),
        (b"\xff\xfb\x92\x00", (3, 44_100, 128, 418, 1152)),
        (b"\xff\xfd\x84\xc0", (2, 48_000, 128, 384, 1152)),
        (b"\xff\xf3\x80\xc0", (3, 22_050, 64, 208, 576)),
    ],
)
def test_a_frame_header_says_how_long_its_frame_is(
    header: bytes, expected: tuple[int, int, int, int, int]
) -> None:
    found = frame_header(header)
    assert found is not None
    measured = (found.layer, found.rate_hz, found.bit_rate_kbps, found.size_bytes, found.samples)
    assert measured == expected
    assert found.mono == (header[3] == 0xC0)


@pytest.mark.parametrize(
    "header",
    [
        b"\xff\xfb\x00\x00",  # a free bit rate
        b"\xff\xfb\xf0\x00",  # a forbidden one
        b"\xff\xfb\x9c\x00",  # a reserved sample rate
        b"\xff\xeb\x90\x00",  # a reserved version
        b"\xff\xf9\x90\x00",  # a reserved layer
        b"\xff\xfb\x90",
    ],
)
def test_what_no_encoder_writes_is_no_header(header: bytes) -> None:
    assert frame_header(header) is None


def test_the_size_of_a_tag_counts_seven_bits_a_byte() -> None:
    assert id3v2_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x01") == 10 + 257
    assert id3v2_bytes(b"ID3\x04\x00\x10\x00\x00\x02\x01") == 20 + 257
    assert id3v2_bytes(b"ID3\x04\x00") == 0


def test_damage_between_frames_is_counted() -> None:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    scan = scan_frames(frame * 5 + b"\x01" * 100 + frame * 5)
    assert scan is not None
    assert (scan.frames, scan.skipped_bytes, scan.cut_off) == (10, 100, False)
    cut = scan_frames((frame * 5)[:-50])
    assert cut is not None
    assert (cut.frames, cut.cut_off) == (4, True)
    assert scan_frames(bytes(5000)) is None


@pytest.mark.parametrize("lost", range(1, 6))
def test_a_frame_that_is_missing_altogether_is_missed(lost: int) -> None:
    """What is left decodes without a fault, and is as long as it was but for a fraction."""
    data = coded(tones(2.0), "mp3", "libmp3lame", 128)
    size = 384  # a frame of 128 kbit/s at 48 kHz
    at = data.index(b"\xff\xfb", len(data) // 2)
    assert scan_frames(data) is not None
    scan = scan_frames(data[:at] + data[at + lost * size :])
    assert scan is not None
    assert (scan.skipped_bytes, scan.cut_off) == (0, False)
    assert scan.lacking_bytes == lost * size
    fault = decoded(data[:at] + data[at + lost * size :]).fault
    assert fault is not None
    assert f"{lost * size} bytes of the sound that its header counts are missing" in fault


def test_no_bit_of_the_tag_of_lame_changes_unnoticed() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, tones(1.0), RATE_HZ, format="MP3", subtype="MPEG_LAYER_III")
    data = buffer.getvalue()
    at = data.index(b"LAME")
    assert not content(data).checksum_wrong
    for place in range(at + 4, at + 36):
        damaged = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        scan = scan_frames(damaged)
        assert scan is not None
        assert scan.checksum_wrong, place - at
