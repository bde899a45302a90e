"""Which tracks a container holds."""

from __future__ import annotations

from made_videos import drifting, made

from qcheck.media.containers import has_video_track


def test_where_the_index_is_does_not_matter(plain: bytes) -> None:
    at_the_end = made(drifting(50), sound_s=2.0)
    assert at_the_end.index(b"mdat") < at_the_end.index(b"moov")
    assert plain.index(b"moov") < plain.index(b"mdat")
    assert has_video_track(plain) is True
    assert has_video_track(at_the_end) is True
    assert has_video_track(at_the_end[:600]) is None
