"""A recording is checked with its captions and its video; everything else alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.engine.bundles import bundles
from qcheck.engine.inputs import STDIN, Input

ROLES = {
    "wav": "voice",
    "mp3": "voice",
    "mp4": "video",
    "srt": "captions",
    "png": "portrait",
    "txt": "script",
}


def given_as(name: str) -> Input:
    """Named as if its content were what its name says."""
    return Input(name, ROLES[name.rpartition(".")[2]])


def together(*names: str) -> list[list[str]]:
    return [[each.name for each in bundle] for bundle in bundles([given_as(n) for n in names])]


@pytest.mark.parametrize(
    ("names", "bundled"),
    [
        ([], []),
        (["a.png"], [["a.png"]]),
        (["a.wav", "a.srt"], [["a.wav", "a.srt"]]),
        (["a.srt", "a.wav"], [["a.wav", "a.srt"]]),
        (["a.wav", "b.srt"], [["a.wav", "b.srt"]]),
        (["a.wav", "b.wav", "b.srt"], [["a.wav"], ["b.wav", "b.srt"]]),
        (["a.wav", "b.wav", "c.srt"], [["a.wav"], ["b.wav"], ["c.srt"]]),
        (["a.mp3", "a.wav", "b.srt"], [["a.mp3"], ["a.wav"], ["b.srt"]]),
        (["a.mp3", "a.wav", "a.srt"], [["a.mp3", "a.srt"], ["a.wav"]]),
        (["a.mp4", "a.srt"], [["a.mp4", "a.srt"]]),
        (["a.mp4", "b.srt"], [["a.mp4", "b.srt"]]),
        (["a.mp4", "b.wav"], [["b.wav", "a.mp4"]]),
        (["a.mp4", "b.mp4", "c.wav"], [["a.mp4"], ["b.mp4"], ["c.wav"]]),
        (["a.mp4", "b.mp4", "b.wav"], [["a.mp4"], ["b.wav", "b.mp4"]]),
        (["a.mp4", "a.wav", "a.srt"], [["a.wav", "a.mp4", "a.srt"]]),
        (["a.mp4", "a.wav", "b.srt"], [["a.wav", "a.mp4", "b.srt"]]),
        (["a.wav", "b.wav", "a.mp4", "b.srt"], [["a.wav", "a.mp4"], ["b.wav", "b.srt"]]),
        (["a.wav", "b.wav", "x/a.srt", "a.mp4"], [["a.wav", "a.mp4"], ["b.wav"], ["x/a.srt"]]),
        (["one/a.wav", "two/a.wav", "two/a.srt"], [["one/a.wav"], ["two/a.wav", "two/a.srt"]]),
        (["a.png", "a.wav", "a.txt"], [["a.png"], ["a.wav"], ["a.txt"]]),
    ],
)
def test_what_goes_together(names: list[str], bundled: list[list[str]]) -> None:
    assert together(*names) == bundled


def test_captions_are_never_lost_with_a_video_that_goes_with_a_recording() -> None:
    """Whichever of them is given first; they are for the sound of that video, so checked alone."""
    alone = [["b.wav", "b.mp4"], ["c.wav"], ["c/b.srt"]]
    assert together("b.mp4", "b.wav", "c.wav", "c/b.srt") == alone
    assert together("c/b.srt", "c.wav", "b.wav", "b.mp4") == alone[::-1]


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    voice, captions = tmp_path / "a.dat", tmp_path / "b.dat"
    voice.write_bytes(b"RIFF\x24\0\0\0WAVEfmt ")
    captions.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    given = [Input(str(captions)), Input(str(voice)), Input(STDIN)]
    assert bundles(given) == [(given[1], given[0]), (given[2],)]


names = st.lists(
    st.builds(
        "{}{}.{}".format,
        st.sampled_from(["", "x/"]),
        st.sampled_from("ab"),
        st.sampled_from(sorted(ROLES)),
    ),
    unique=True,
)


@given(names)
def test_everything_is_checked_once_and_only_captions_and_videos_follow(names: list[str]) -> None:
    bundled = bundles([given_as(name) for name in names])
    assert sorted(each.name for bundle in bundled for each in bundle) == sorted(names)
    for lead, *others in bundled:
        assert {each.role for each in others} <= {"captions", "video"}
        if others:
            assert lead.role in ("voice", "video")


@given(names, st.randoms(use_true_random=False))
def test_which_recording_something_goes_with_does_not_depend_on_the_order(
    names: list[str], random: object
) -> None:
    """But where two recordings have one name: then the first is as good as the other."""
    recordings = [name for name in names if ROLES[name.rpartition(".")[2]] == "voice"]
    if len({name.rpartition(".")[0] for name in recordings}) < len(recordings):
        return
    shuffled = list(names)
    random.shuffle(shuffled)
    one, other = ({frozenset(bundle) for bundle in together(*each)} for each in (names, shuffled))
    assert one == other
