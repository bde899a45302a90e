"""What a terminal or a CI service's log is given: text, and nothing that they would obey."""

from __future__ import annotations

import io
import json
import sys

import click
import pytest
from harmless import OBEYED, harms
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.terminal import (
    Finished,
    TerminalStream,
    escape_commands,
    escape_json,
    escape_markup,
    escape_unseen,
    finished,
    in_front,
    one_line,
    paint,
    safe_streams,
)


def written(*texts: str) -> str:
    """What comes out of a stream that these were written to, one after the other."""
    stream = TerminalStream(out := io.StringIO())
    for text in texts:
        stream.write(text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\x00\x08\x7f", r"a\x00\x08\x7f"),
        ("\x9b31m", r"\x9b31m"),
        ("a\x85b", r"a\x85b"),
        ("\u202egnp.a\u2066", r"\u202egnp.a\u2066"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("a\u00adb", r"a\xadb"),
        ("\ud800", r"\ud800"),
        ("\udcff", r"\xff"),
        ("pay\u200dpal", r"pay\u200dpal"),
        ("overwritten\rok", r"overwritten\rok"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_is_not_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert escape_unseen(text) == shown
    assert written(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "größer, naïve, Ωμέγα, Ещё",
        "照片 写真 사진",
        "שלום, مرحبا",
        "می‌خواهم",  # a zero-width non-joiner, as Persian is written
        "क्‍ष",
        "👩‍👩‍👧‍👦 👍🏽 ❤️ 🏳️‍🌈",
        "Screenshot 1.00.00\u202fPM",
        "12\xa0%",
        "one line\n\tand another\r\n",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "::error::x.png",
        "  ::set-output name=a::b",
        "\xa0::stop-commands::x",
        "##[add-mask]x",
        "a name with ##[group] in it",
        "##vso[task.setvariable variable=a]b",
        "x ##VSO[task.complete]",
        "##teamcity[buildStop]",
        "--- group",
        "+++ group",
        "~~~ group",
        "^^^ +++",
        "-----",
    ],
)
def test_no_line_is_a_command_to_a_ci_service(line: str) -> None:
    assert OBEYED.search(line)
    for text in (line, f"before\n{line}\n"):
        assert not OBEYED.search(written(text))
        assert not OBEYED.search(finished(text))
        assert not OBEYED.search(escape_commands(text))


@pytest.mark.parametrize(
    "text", ["a::b", "a --- b", "---", "  ---", "## a heading", "#[x]", "### [x]", "^^^^^"]
)
def test_what_is_no_command_stays(text: str) -> None:
    assert written(text) == text


def test_a_line_that_was_begun_does_not_begin_again() -> None:
    assert written("a", "::b", "\n", "::c", "\n", "  ", "::d") == "a::b\n\\x3a:c\n  \\x3a:d"


@given(st.text())
def test_whatever_is_written_nothing_of_it_is_obeyed(text: str) -> None:
    shown = written(text)
    assert not harms(shown)
    assert finished(text) == shown


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=5))
def test_json_says_the_same_and_is_shown_as_it_is(data: object) -> None:
    for indent in (None, 2):
        text = escape_json(json.dumps(data, ensure_ascii=False, indent=indent))
        assert json.loads(text) == data
        assert written(text) == text


@pytest.mark.parametrize("hostile", ["##vso[x]", "\u202e\U000e0041", "\x7f\x85\u2028", "\ud800"])
def test_hostile_text_in_json_says_the_same(hostile: str) -> None:
    text = escape_json(json.dumps({hostile: hostile}, ensure_ascii=False))
    assert json.loads(text) == {hostile: hostile}
    assert written(text) == text


def test_markup_gets_references() -> None:
    assert escape_markup("<a>##vso[x]\x85\n::b</a>") == "<a>&#35;#vso[x]&#133;\n&#58;:b</a>"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.png", "a.png"),
        ("::error::x.png", "./::error::x.png"),
        ("--- x.png", "./--- x.png"),
        ("##vso[x].png", "./##vso[x].png"),
        (" ::x.png", "./ ::x.png"),
        ("-x.png", "-x.png"),
        ("a\nb.png", r"a\nb.png"),
    ],
)
def test_a_name_in_front_of_a_line_begins_no_command(name: str, shown: str) -> None:
    assert in_front(name) == shown
    assert not OBEYED.search(finished(shown))


def test_only_colours_of_ours_get_through() -> None:
    ours = finished(paint("bold", "1") + "\x1b[31mtheirs\x1b[0m")
    assert ours == "\x1b[1mbold\x1b[0m\\x1b[31mtheirs\\x1b[0m"
    assert written(ours) == ours
    assert written("\x1b[31mtheirs") == r"\x1b[31mtheirs"
    # Put together with other text, it is text like any other.
    assert "\x1b" not in written(ours + "")


def test_a_command_behind_a_colour_is_none() -> None:
    assert finished(paint("::error::", "1")) == "\x1b[1m\\x3a:error::\x1b[0m"


def test_bytes_are_text_as_well() -> None:
    stream = TerminalStream(out := io.StringIO())
    for byte in "é\x1b[31m".encode() + b"\xff":
        stream.buffer.write(bytes([byte]))
    click.echo(b"\x1b[1m", file=stream)
    assert out.getvalue() == "é\\x1b[31m\\xff\\x1b[1m\n"
    with pytest.raises(TypeError):
        stream.write(b"bytes")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_click_finds_no_way_around_it(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the encoding is ASCII, click opens the stream anew, from its bytes."""
    raw = io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", TerminalStream(raw))
    click.echo("é\x1b[31m", color=True)
    raw.flush()
    assert b"\x1b" not in raw.buffer.getvalue()
    assert rb"\x1b[31m" in raw.buffer.getvalue()


def test_streams_are_as_they_were_when_the_block_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", out := io.StringIO())
    with safe_streams():
        print("\x1b[31m")
        print("::error::", file=sys.stdout)
        before = sys.stdout
        with safe_streams():
            assert sys.stdout is before
    assert sys.stdout is out
    assert out.getvalue() == "\\x1b[31m\n\\x3a:error::\n"


def test_keys_of_the_environment_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERENCE_API_KEY", "inf-0123456789")
    assert written("it said inf-0123456789") == "it said …"
    assert written(Finished("it said inf-0123456789")) == "it said …"
