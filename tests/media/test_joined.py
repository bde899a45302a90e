"""Files joined end to end are found, heard to the end, and named with where players stop."""

from __future__ import annotations

import io
import struct

import av
import numpy as np
import pytest
import soundfile

from qcheck.core.job import Job
from qcheck.core.results import Outcome
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.registry import load_rules
from qcheck.media.containers import indexed_share
from qcheck.media.content import Decoding, Recording
from qcheck.media.file import File
from qcheck.media.joined import parts
from qcheck.probes.evidence import Evidence

RATE_HZ = 48_000


def sound(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * 330 * time_s)).astype(np.float32)


def stored(container: str, subtype: str, seconds: float = 1.0, rate_hz: int = RATE_HZ) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, sound(seconds, rate_hz), rate_hz, format=container, subtype=subtype)
    return buffer.getvalue()


def coded(container: str, codec: str, seconds: float = 1.0) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as media:
        stream = media.add_stream(codec, rate=RATE_HZ, layout="mono")
        resampler = av.AudioResampler(stream.codec_context.format, "mono", RATE_HZ)
        frame = av.AudioFrame.from_ndarray(sound(seconds)[None, :], format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            media.mux(stream.encode(piece))
        media.mux(stream.encode(None))
    return buffer.getvalue()


KINDS = {
    "WAV": (stored("WAV", "PCM_16"), stored("WAV", "PCM_16", 2.0)),
    "RF64": (stored("RF64", "PCM_16"), stored("RF64", "PCM_16", 2.0)),
    "AIFF": (stored("AIFF", "PCM_16"), stored("AIFF", "PCM_16", 2.0)),
    "CAF": (stored("CAF", "PCM_16"), stored("CAF", "PCM_16", 2.0)),
    "FLAC": (stored("FLAC", "PCM_16"), stored("FLAC", "PCM_16", 2.0)),
    "Vorbis": (stored("OGG", "VORBIS"), stored("OGG", "VORBIS", 2.0)),
    "Opus": (coded("ogg", "libopus"), coded("ogg", "libopus", 2.0)),
    "MP3": (coded("mp3", "libmp3lame"), coded("mp3", "libmp3lame", 2.0)),
    "M4A": (coded("ipod", "aac"), coded("ipod", "aac", 2.0)),
    "WebM": (coded("webm", "libopus"), coded("webm", "libopus", 2.0)),
}
TWO = pytest.mark.parametrize(("one", "other"), KINDS.values(), ids=KINDS)


def readable(data: bytes) -> Outcome:
    rule = next(each for each in load_rules().all if each.name == "readable")
    return run_rule(Selected(rule, rule.limits()), Evidence(File("voice", data)), Job())


def decoded(data: bytes) -> Recording:
    decoding = Evidence(File("voice", data)).get(Decoding)
    assert decoding.fault is None, decoding.fault
    assert isinstance(decoding.content, Recording)
    return decoding.content


@TWO
def test_one_file_is_no_two(one: bytes, other: bytes) -> None:
    assert decoded(one).joined_files == 1
    assert decoded(one).plays_until_s is None
    assert readable(other).severity is None


@TWO
def test_two_files_are_heard_and_named(one: bytes, other: bytes) -> None:
    recording = decoded(one + other)
    assert recording.joined_files == 2
    assert recording.duration_s == pytest.approx(3.0, abs=0.15)
    assert recording.plays_until_s == pytest.approx(1.0, abs=0.08)
    assert recording.behind_end_s == pytest.approx(2.0, abs=0.08)
    said = [each.message for each in readable(one + other).judgements if each.severity]
    assert len(said) == 1
    assert said[0].startswith("Files were joined end to end: players stop after 1.0")
    assert "2.0 s of sound follow" in said[0]


def test_three_files_are_counted() -> None:
    recording = decoded(KINDS["FLAC"][0] * 3)
    assert (recording.joined_files, recording.duration_s) == (3, 3.0)
    assert recording.behind_end_s == 2.0


def test_sound_of_another_shape_is_counted_and_left_out() -> None:
    recording = decoded(KINDS["WAV"][0] + stored("WAV", "PCM_16", 2.0, 16_000))
    assert (recording.joined_files, recording.duration_s, recording.behind_end_s) == (2, 1.0, 2.0)


def test_streamed_headers_end_where_the_next_begins() -> None:
    """As speech services answer that send each sentence as a WAV of its own."""
    piece = bytearray(KINDS["WAV"][0])
    piece[4:8] = piece[40:44] = b"\xff" * 4
    recording = decoded(bytes(piece) * 3)
    assert (recording.joined_files, recording.duration_s, recording.streamed) == (3, 3.0, True)
    assert recording.plays_until_s == 1.0


def test_the_rest_of_a_joined_file_that_cannot_be_read_is_still_a_finding() -> None:
    recording = decoded(KINDS["FLAC"][0] + b"fLaC\0\0\0\x22" + bytes(60))
    assert recording.joined_files == 2
    assert readable(KINDS["FLAC"][0] + b"fLaC\0\0\0\x22" + bytes(60)).severity is not None


def test_a_beginning_inside_of_declared_sound_is_sound() -> None:
    header = KINDS["WAV"][0][:44]
    data = bytearray(KINDS["WAV"][0])
    data[1000:1044] = header
    assert parts(bytes(data), "WAV") == [bytes(data)]


def test_an_mp3_whose_first_index_counts_only_its_own_part() -> None:
    one, other = KINDS["MP3"]
    at = other.index(b"Xing") if b"Xing" in other else other.index(b"Info")
    frame = other.rindex(b"\xff\xfb", 0, at)
    second = other[other.index(b"\xff\xfb", at) :]
    assert frame < at
    recording = decoded(one + second)
    assert recording.plays_until_s == pytest.approx(1.0, abs=0.08)
    assert recording.behind_end_s == pytest.approx(2.0, abs=0.1)
    assert "counts only a part" in readable(one + second).judgements[0].message


def test_an_mp3_that_lacks_what_its_index_counts_breaks_off() -> None:
    data = KINDS["MP3"][1]
    frame_bytes = 192  # 64 kbit/s
    cut = data[: data.index(b"\xff\xfb") + frame_bytes * 40]
    fault = Evidence(File("voice", cut)).get(Decoding).fault
    assert fault is not None
    assert "of the 2." in fault


@pytest.mark.parametrize("size", [10_000, 50_000])
def test_sound_behind_too_small_a_size_is_heard_and_named(size: int) -> None:
    data = bytearray(KINDS["WAV"][0])
    data[40:44] = struct.pack("<I", size)
    recording = decoded(bytes(data))
    assert recording.duration_s == 1.0
    assert recording.plays_until_s == pytest.approx(size / 96_000)
    assert readable(bytes(data)).severity is not None


@pytest.mark.parametrize(
    "behind",
    [
        b"LIST" + struct.pack("<I", 20) + bytes(20),
        b"junk" + struct.pack("<I", 20_001) + bytes(range(256)) * 79,
        b"ID3\x04\0\0\0\0\x7f\x7f" + bytes(range(256)) * 60,
        bytes(50_000),
        b"a few letters",
    ],
    ids=["list", "odd chunk", "tag", "zeros", "scribble"],
)
def test_what_is_no_sound_behind_the_end_is_none(behind: bytes) -> None:
    recording = decoded(KINDS["WAV"][0] + behind)
    assert (recording.duration_s, recording.plays_until_s) == (1.0, None)


def test_a_header_without_a_length_is_a_warning() -> None:
    data = bytearray(KINDS["WAV"][0])
    data[4:8] = data[40:44] = b"\xff" * 4
    outcome = readable(bytes(data))
    assert outcome.severity is not None
    assert outcome.severity.label == "warning"
    assert "never finished" in outcome.judgements[0].message


def test_sound_that_the_index_of_an_m4a_does_not_list_is_named() -> None:
    one, other = KINDS["M4A"]
    at = one.index(b"mdat")
    (size,) = struct.unpack(">I", one[at - 4 : at])
    more = other[other.index(b"mdat") + 4 : other.index(b"moov") - 4]
    end = at - 4 + size
    data = one[: at - 4] + struct.pack(">I", size + len(more)) + one[at:end] + more + one[end:]
    assert indexed_share(one) == 1.0
    assert indexed_share(data) == pytest.approx(1 / 3, abs=0.1)
    fault = Evidence(File("voice", data)).get(Decoding).fault
    assert fault is not None
    assert "its index ends at 1.0" in fault
    assert "behind it cannot be played" in fault


def test_samples_of_one_size_list_no_bytes() -> None:
    data = bytearray(KINDS["M4A"][0])
    at = data.index(b"stsz") + 8
    data[at : at + 4] = struct.pack(">I", 1)
    assert indexed_share(bytes(data)) is None
    assert indexed_share(b"") is None
