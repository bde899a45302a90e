"""What the packets of a video say, whatever its header claims."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_videos import drifting, evidence_of, fault_of, footage_of, made, scene

from qcheck.media import video_packets
from qcheck.media.content import Decoding, Footage


def test_sound_is_told(plain: bytes) -> None:
    footage = footage_of(plain)
    assert footage.sound_codec == "AAC"
    assert footage.sound_s == pytest.approx(2.0, abs=0.05)


@given(
    rate=st.sampled_from([10.0, 12.0, 24.0, 24000 / 1001, 25.0, 30.0, 30000 / 1001, 50.0]),
    count=st.integers(3, 60),
)
@settings(max_examples=12, deadline=None)
def test_rate_and_length_are_those_of_the_frames(rate: float, count: int) -> None:
    footage = footage_of(made([scene(1, 32, 32)] * count, rate=rate))
    assert footage.frames == count
    assert footage.frames_per_second == pytest.approx(rate, rel=0.01)
    assert footage.seconds == pytest.approx(count / rate, rel=0.01)
    assert footage.uneven_share == 0


def test_uneven_frames_are_told_and_how_many() -> None:
    # Every fourth interval is double: a recorder that drops frames.
    gaps = np.tile([0.04, 0.04, 0.04, 0.08], 10)
    footage = footage_of(made(drifting(41), times_s=[0, *np.cumsum(gaps)]))
    assert footage.uneven_share == pytest.approx(0.25, abs=0.03)


def test_milliseconds_of_matroska_are_no_variation() -> None:
    assert footage_of(made(drifting(60), rate=60, container="matroska")).uneven_share == 0


def test_a_header_that_lies_about_the_length_is_not_believed(plain: bytes) -> None:
    at = plain.index(b"mvhd") + 4 + 16
    lying = plain[:at] + b"\x7f\xff\xff\xff" + plain[at + 4 :]
    assert footage_of(lying).seconds == pytest.approx(2.0)


def test_frames_that_are_too_large_are_refused_before_they_are_decoded() -> None:
    data = made([np.zeros((2400, 4100, 3), np.uint8)], options={"preset": "ultrafast"})
    assert "4100 x 2400 px" in fault_of(data)


def test_a_header_that_lies_about_the_sides_allocates_nothing() -> None:
    data = made(drifting(5), container="avi", codec="rawvideo", pixel_format="bgr24")
    at = data.index(b"strf") + 8 + 4
    lying = data[:at] + (30_000).to_bytes(4, "little") * 2 + data[at + 8 :]
    assert fault_of(data) == ""
    assert fault_of(lying)


def test_too_many_frames_are_told_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made([scene(1, 32, 32)] * 120)
    monkeypatch.setattr(video_packets, "MAX_FRAMES", 50)
    evidence = evidence_of(data)
    assert "far longer than any clip" in (evidence.get(Decoding).fault or "")
    assert evidence.get(Footage).frames == 50
