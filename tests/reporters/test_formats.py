"""Every output format against golden files, of a report that holds every kind of outcome.

``QCHECK_UPDATE_GOLDEN=1 pytest tests/reporters`` writes them anew: read the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qcheck.reporters import View, formats, reporter
from qcheck.results import (
    Box,
    FileReport,
    Judgement,
    Outcome,
    Report,
    Severity,
    Span,
    Status,
)
from qcheck.rule import Docs

GOLDEN = Path(__file__).parent / "golden"

DOCS = Docs(
    summary="The face has too few pixels.",
    measures="the side of the face, in pixels.",
    why="The model animates what it can see. Lips of a few pixels come back as a smear.",
    mend="Move the camera closer,\nor send the original.",
    references="",
)
TOO_SMALL = Judgement(
    Severity.ERROR,
    "The face is 412 px across; 1024 px are wanted.",
    31.9,
    measured=412.4,
    wanted=1024,
    unit="px",
    where=(Box(210, 180, 622.4, 592),),
    fix="qcheck crop portrait.png",
)
PORTRAIT = FileReport(
    "shoot/portrait, 100 %.png",
    "portrait",
    (
        Outcome("readable", "F01", Status.PASS, (Judgement(None, "It decodes.", 100.0),)),
        Outcome("face-resolution", "P10", Status.FAIL, (TOO_SMALL,), seconds=0.001),
        Outcome(
            "background",
            "P60",
            Status.FAIL,
            (Judgement(Severity.INFO, "The background is plain.", 100.0, measured="plain"),),
        ),
        Outcome("headroom", "P14", Status.SKIPPED, reason="the crown is hidden", unmeasured=True),
        Outcome("transparency", "P61", Status.SKIPPED, reason="there is no alpha channel"),
    ),
    seconds=0.5,
    probe_seconds={"Face": 0.1},
)
VOICE = FileReport(
    "voice.wav",
    "voice",
    (
        Outcome(
            "clipping",
            "V23",
            Status.FAIL,
            (
                Judgement(
                    Severity.WARNING,
                    "Peaks are cut off <flat> & hard.",
                    60.0,
                    measured=float("inf"),
                    unit="dBFS",
                    where=tuple(Span(i, i + 0.5) for i in range(6)),
                ),
            ),
        ),
        Outcome(
            "hum",
            "V40",
            Status.CRASHED,
            reason="measuring Hum: ZeroDivisionError: by\x00nothing",
            trace="Traceback (most recent call last):\n  ZeroDivisionError",
        ),
        Outcome(
            "dropout",
            "V34",
            Status.CRASHED,
            reason="measuring Hum: ZeroDivisionError: by\x00nothing",
        ),
    ),
    seconds=0.25,
    ignored={"loudness": "whispered on purpose"},
)
UNCHECKED = FileReport(
    "odd.png",
    "portrait",
    (Outcome("headroom", "P14", Status.SKIPPED, reason="the crown is hidden", unmeasured=True),),
)
REPORT = Report(
    (PORTRAIT, VOICE, UNCHECKED),
    target="bytedance/omnihuman-1-5",
    fail_on=Severity.ERROR,
    notes=("2 other file(s) are no portrait",),
    seconds=0.8,
)
VIEWS = {
    "full": View(docs={"face-resolution": DOCS}),
    "full-verbose-colour": View(colour=True, verbose=True, docs={"face-resolution": DOCS}),
    "full-quiet": View(quiet=True, docs={"face-resolution": DOCS}),
}


@pytest.mark.parametrize("name", [*formats(), "full-verbose-colour", "full-quiet"])
def test_the_format_is_what_it_was(name: str) -> None:
    text = reporter(name.partition("-")[0])(REPORT, VIEWS.get(name, View()))
    # A golden file must not change with the version.
    text = re.sub(r'"qcheck_version": ".*"', '"qcheck_version": "*"', text)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("QCHECK_UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_json_holds_every_outcome_and_no_number_that_json_lacks() -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    document = json.loads(reporter("json")(REPORT, View()), parse_constant=refuse)
    assert document["schema_version"] == 1
    assert [len(file["outcomes"]) for file in document["files"]] == [5, 3, 1]
    assert document["files"][1]["outcomes"][0]["judgements"][0]["measured"] == "inf"
    assert document["exit_code"] == REPORT.exit_code == 2


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(reporter("junit")(REPORT, View()))
    assert root.attrib | {"time": ""} == {
        "name": "qcheck",
        "time": "",
        "tests": "9",
        "failures": "2",
        "errors": "2",
        "skipped": "2",
    }


def test_github_puts_the_severest_first_and_escapes() -> None:
    lines = reporter("github")(REPORT, View()).splitlines()
    kinds = [line.split()[0] for line in lines]
    order = ["::error", "::warning", "::notice"]
    assert kinds == sorted(kinds, key=order.index)
    assert all(line.startswith("::") for line in lines)
    assert any("file=shoot/portrait%2C 100 %25.png," in line for line in lines)


def test_a_report_without_files_is_no_pass_in_any_format() -> None:
    empty = Report((), None, Severity.ERROR)
    assert "Nothing was checked" in reporter("full")(empty, View())
    assert json.loads(reporter("json")(empty, View()))["verdict"] == "unchecked"
    assert ET.fromstring(reporter("junit")(empty, View())).get("tests") == "0"
