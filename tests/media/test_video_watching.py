"""Which frames are decoded and kept."""

from __future__ import annotations

import numpy as np
import pytest
from made_videos import drifting, evidence_of, made, scene

from qcheck.media import video_watching
from qcheck.media.content import Undecodable, Video
from qcheck.media.file import File
from qcheck.media.video import decode_video
from qcheck.media.video_watching import small_frames
from qcheck.probes.video import Cuts


def test_samples_are_spread_and_bounded(plain: bytes) -> None:
    times = [sample.at_s for sample in evidence_of(plain).get(Video).samples]
    assert len(times) == 8
    assert np.allclose(np.diff(times), 0.25, atol=0.13)
    long = made([scene(1, 32, 32)] * 300, rate=5)
    assert len(evidence_of(long).get(Video).samples) == 12


def test_small_frames_leaves_none_out(plain: bytes) -> None:
    times = [at_s for at_s, _ in small_frames(File("a", plain), 0.0, 0.4, 1.2)]
    assert np.allclose(times, np.arange(10, 31) / 25)


@pytest.mark.parametrize("from_s", [1e30, float("inf")])
def test_where_no_seek_leads_there_are_no_frames(plain: bytes, from_s: float) -> None:
    assert list(small_frames(File("a", plain), 0.0, from_s, from_s)) == []


@pytest.mark.parametrize(
    ("limit", "most"), [("MAX_DECODED_PIXELS", 60 * 32 * 32), ("MAX_DECODED_FRAMES", 60)]
)
def test_of_what_is_too_much_to_decode_samples_reach_to_the_end(
    limit: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made([scene(i // 50, 32, 32) for i in range(400)], options={"g": "25"})
    monkeypatch.setattr(video_watching, limit, most)
    evidence = evidence_of(data)
    video = evidence.get(Video)
    assert video.samples[-1].at_s > 12
    assert len(video.times_s) < 70
    cuts = evidence.get(Cuts)
    assert cuts.looked_through_s < 8
    assert cuts.video_s == pytest.approx(16)


def test_frames_that_change_their_size_are_refused() -> None:
    one, other = made(drifting(10), codec="mpeg4", container="avi"), scene(1, 96, 96)
    data = made([other] * 10, codec="mpeg4", container="avi")
    # Two streams behind one header: the second's key frame is larger than the first's said.
    body = data[data.index(b"movi") :]
    with pytest.raises(Undecodable, match="change their size"):
        decode_video(File("a", one[: one.index(b"idx1")] + body, role="video"))
