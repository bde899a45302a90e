"""Where a file of captions breaks off being one."""

from __future__ import annotations

import pytest

from qcheck.media.captions import broken_line

CUE = "00:00:01,000 --> 00:00:02,000\nHi.\n"


@pytest.mark.parametrize(
    "text",
    [
        f"1\n{CUE}\n2\n{CUE}",
        f"{CUE}\n{CUE}",
        "WEBVTT\n\nNOTE a remark\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start\nHi.\n",
        "",
        "WEBVTT",
    ],
)
def test_what_players_understand_is_whole(text: str) -> None:
    assert broken_line(text) is None


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (f"1\n{CUE}\nsome words\n", 5, "a caption without a time"),
        (f"one\nmore\n{CUE}", 1, "more than a number"),
        (f"1\n{CUE}2\n{CUE}", 5, "an empty line is missing"),
        ("1\n00:00:01 --> 00:00:02\nHi.\n", 2, "is no time"),
        ("1\n00:00:01,000 -> 00:00:02,000\nHi.\n", 1, "a caption without a time"),
        (f"NOTE\nof an SRT\n\n1\n{CUE}", 1, "a caption without a time"),
    ],
)
def test_the_first_line_that_nobody_understands_is_named(text: str, line: int, why: str) -> None:
    found = broken_line(text)
    assert found is not None
    assert found[0] == line
    assert why in found[1]
