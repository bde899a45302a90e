"""Every format with names and messages that were made to do something: nothing in it is obeyed.

And it is still what it was: who reads it as JSON, XML, CSV, TAP or HTML gets the same text, or a
text with signs in it that say that something was replaced.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from xml.etree import ElementTree as ET

import html5lib
import pytest
from harmless import HOSTILE, harms
from markdown_it import MarkdownIt
from tap.parser import Parser

from qcheck.core.errors import printable
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.core.rule import Docs
from qcheck.core.shell_words import quoted_command
from qcheck.core.terminal import Finished, TerminalStream
from qcheck.reporters import View, formats, reporter

NAMES = (
    "::error::x.png",
    "##vso[task.setvariable variable=a]x.png",
    "--- x.png",
    "+++ x.png",
    "~~~ x.png",
    "  ::warning::x.png",
    '<script>alert(1)</script>".png',
    "=cmd|' /C calc'!A0.png",
    "]]>&x;.png",
    "a\n::error::b.png",
    HOSTILE,
)


def hostile_file(name: str) -> FileReport:
    said = Judgement(
        Severity.ERROR,
        f"The key {HOSTILE}{name} is odd.",
        0.0,
        measured=HOSTILE,
        wanted=HOSTILE,
        unit="",
        fix=quoted_command(("qcheck", "fix", name)),
    )
    return FileReport(
        printable(name),
        "portrait",
        (
            Outcome("size", "P10", Status.FAIL, (said, dataclasses.replace(said, severity=None))),
            Outcome("mood", "P11", Status.SKIPPED, reason=f"{HOSTILE}{name}", unmeasured=True),
            Outcome("tint", "P12", Status.CRASHED, reason=HOSTILE, trace=f"Traceback\n{HOSTILE}"),
            Outcome(
                "note", "P13", Status.FAIL, (dataclasses.replace(said, severity=Severity.INFO),)
            ),
        ),
        ignored={"loudness": f"{HOSTILE}{name}"},
    )


REPORT = Report(
    tuple(map(hostile_file, NAMES)),
    target=HOSTILE,
    fail_on=Severity.ERROR,
    min_score=50,
    notes=(HOSTILE, "::error::note"),
)
DOCS = Docs(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
VIEWS = [
    View(docs={"size": DOCS}),
    View(docs={"size": DOCS}, verbose=True, statistics=True),
    View(quiet=True),
]
ANY_VIEW = pytest.mark.parametrize("view", VIEWS, ids=["plain", "verbose", "quiet"])


@ANY_VIEW
@pytest.mark.parametrize("name", [name for name in formats() if name != "github"])
def test_nothing_in_a_report_is_obeyed(name: str, view: View) -> None:
    assert harms(reporter(name)(REPORT, view)) == []


@ANY_VIEW
@pytest.mark.parametrize("name", formats())
def test_standard_output_gets_it_byte_for_byte(name: str, view: View) -> None:
    stream = TerminalStream(out := io.StringIO())
    stream.write(text := reporter(name)(REPORT, view))
    assert out.getvalue() == text


def test_github_gets_no_command_but_ours() -> None:
    text = reporter("github")(REPORT, View())
    assert isinstance(text, Finished)
    ours = ("::error title=qcheck%3A ", "::notice title=qcheck%3A ", "qcheck: ")
    for line in text.splitlines():
        assert line.startswith(ours)
        assert harms(line.removeprefix("::")) == []


@pytest.mark.parametrize("name", ["full", "concise"])
def test_every_line_of_a_text_begins_with_a_file_or_a_word_of_ours(name: str) -> None:
    """No line break in a name, a message or a reason begins a line."""
    report = dataclasses.replace(REPORT, files=REPORT.files[:1])
    plain = dataclasses.replace(
        report, files=(hostile_file("x.png"),), target="app", notes=("a", "b")
    )
    lines = reporter(name)(report, VIEWS[0]).splitlines()
    assert not any("gotcha" in line and line.lstrip().startswith((":", "gotcha")) for line in lines)
    if name == "concise":
        assert len(lines) == len(reporter(name)(plain, VIEWS[0]).splitlines())


@pytest.mark.parametrize("name", ["full", "concise"])
def test_a_name_that_reads_like_a_command_is_named_from_its_folder(name: str) -> None:
    text = reporter(name)(REPORT, View())
    for shown in ("./::error::x.png", "./--- x.png", "./+++ x.png", r"./\x23#vso[task."):
        assert shown in text


def test_colours_of_a_file_are_not_ours() -> None:
    text = reporter("full")(REPORT, View(colour=True, docs={"size": DOCS}))
    assert "\x1b[1m" in text
    assert "\x1b[31m" not in text
    assert r"\x1b[31m" in text


def test_json_and_its_kin_say_what_was_said() -> None:
    document = json.loads(reporter("json")(REPORT, View()))
    assert [file["file"] for file in document["files"]] == [printable(name) for name in NAMES]
    assert document["files"][0]["outcomes"][0]["judgements"][0]["measured"] == HOSTILE
    assert document["notes"][0] == HOSTILE
    lines = [json.loads(line) for line in reporter("jsonl")(REPORT, View()).splitlines()]
    assert lines[-1]["notes"][0] == HOSTILE
    assert json.loads(reporter("sarif")(REPORT, View()))["runs"][0]["results"]
    assert len(json.loads(reporter("gitlab")(REPORT, View()))) >= len(NAMES)


def test_xml_and_html_are_read_by_strict_parsers() -> None:
    root = ET.fromstring(reporter("junit")(REPORT, View()))
    assert [suite.get("name") for suite in root] == [printable(name) for name in NAMES]
    page = reporter("html")(REPORT, View())
    document = html5lib.HTMLParser(strict=True).parse(page)
    assert "".join(document.itertext()).count("<script>alert(1)</script>") >= 1


def test_csv_has_a_row_a_line_and_no_formula() -> None:
    text = reporter("csv")(REPORT, View())
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == text.count("\r\n")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)


def test_tap_has_as_many_points_as_it_says() -> None:
    lines = list(Parser().parse_text(reporter("tap")(REPORT, View())))
    points = [line for line in lines if line.category == "test"]
    assert len(points) == 4 * len(NAMES)
    assert "unknown" not in [line.category for line in lines]
    assert not any(point.ok for point in points if "size" in point.description)


def test_markdown_has_no_row_and_no_markup_of_theirs() -> None:
    text = reporter("markdown")(REPORT, View())
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in html
    assert html.count("<tr>") == 1 + 2 * len(NAMES)
