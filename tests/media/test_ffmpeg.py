"""What FFmpeg is told, and what it says of a length."""

from __future__ import annotations

from types import SimpleNamespace

import av
import pytest

from qcheck.media.ffmpeg import DEMUXERS, claimed_s
from qcheck.media.sniff import FORMATS


@pytest.mark.parametrize(
    ("duration", "seconds"), [(None, 0.0), (0, 0.0), (1_500_000, 1.5), (-9, 0.0)]
)
def test_a_length_counts_millionths_and_is_never_negative(
    duration: int | None, seconds: float
) -> None:
    assert claimed_s(SimpleNamespace(duration=duration)) == seconds


def test_every_demuxer_is_one_that_ffmpeg_has_for_a_format_of_ours() -> None:
    assert set(DEMUXERS) <= set(FORMATS)
    for demuxer in DEMUXERS.values():
        assert demuxer in av.format.ContainerFormat(demuxer, "r").name
