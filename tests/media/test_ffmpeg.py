"""What FFmpeg is told, and what it says of a length."""

from __future__ import annotations

from types import SimpleNamespace

import av
import pytest

from qcheck.media.ffmpeg import DEMUXERS, claimed_s, complaint, other_codecs, overheard
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


def test_the_same_error_of_two_files_is_heard_twice() -> None:
    for _ in range(2):
        with overheard() as said:
            av.logging.log(av.logging.ERROR, "aac", "Reserved bit set.\n")
            av.logging.log(av.logging.WARNING, "aac", "a remark")
        assert complaint(said) == "the decoder says “Reserved bit set”"


def test_nothing_is_collected_any_more_afterwards() -> None:
    level, skips = av.logging.get_level(), av.logging.get_skip_repeated()
    with pytest.raises(KeyError), overheard():
        raise KeyError
    assert (av.logging.get_level(), av.logging.get_skip_repeated()) == (level, skips)


def test_what_a_decoder_of_another_stream_says_is_no_complaint() -> None:
    said = [(16, "mjpeg", "no picture"), (16, "aac", "  "), (16, "", "\x1b[2J" + "x" * 999)]
    assert complaint(said[:2], {"mjpeg"}) is None
    told = complaint(said, {"mjpeg"})
    assert told is not None
    assert told.isprintable()
    assert len(told) < 150


def test_a_codec_that_is_read_in_one_stream_is_no_other() -> None:
    streams = [
        SimpleNamespace(index=i, codec_context=SimpleNamespace(name=name))
        for i, name in enumerate(["h264", "mjpeg", "aac", "aac"])
    ]
    streams.append(SimpleNamespace(index=4, codec_context=None))
    media = SimpleNamespace(streams=streams)
    assert other_codecs(media, streams[2], None) == {"h264", "mjpeg"}
