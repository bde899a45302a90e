"""Which files are reports of qcheck's: only those may a configuration that was found replace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from report_material import DOCS, EMPTY, NASTY, REPORT, STRANGE

from qcheck.core.results import FileReport, Outcome, Report, Status
from qcheck.reporters import View, formats, is_report, reporter

READY = Report(REPORT.files[:1], "app", None)
CRASH = Outcome("qcheck", "", Status.CRASHED, reason="it took too long")
CRASHED = Report((FileReport("a.png", "portrait", (CRASH,)), *READY.files), "app", None)
REPORTS = {
    "every outcome": REPORT,
    "nasty": NASTY,
    "strange": STRANGE,
    "empty": EMPTY,
    "fine": READY,
    "crashed": CRASHED,
}


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("name", formats())
def test_what_a_format_wrote_is_recognised(
    tmp_path: Path, name: str, report: Report, quiet: bool
) -> None:
    path = tmp_path / "report"
    view = View(quiet=quiet, statistics=True, docs={"face-resolution": DOCS})
    text = reporter(name)(report, view)
    path.write_text(text, "utf-8", newline="")
    assert is_report(path, name)
    assert is_report(path, "full" if name == "json" else "json")


CODE_CLIMATE = {
    "type": "issue",
    "check_name": "eslint",
    "description": "x",
    "categories": ["Style"],
    "fingerprint": "0" * 64,
    "severity": "minor",
    "location": {"path": "x.js", "lines": {"begin": 1, "end": 1}},
}


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[1]",
        '{"schema_version": 1}',
        '{"qcheck_version": "0.1.0", "schema_version": 1}',
        json.dumps([CODE_CLIMATE], indent=2),
        '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "eslint"}}}]}',
        '{"kind": "outcome", "file": "a"}\n{"kind": "outcome", "file": "b"}\n',
        '<?xml version="1.0"?>\n<testsuites name="pytest" tests="1"></testsuites>\n',
        "<!DOCTYPE html>\n<html><head><title>qcheck: my notes</title></head></html>",
        "file,medium,rule\na,b,c\n",
        "TAP version 14\n1..1\nok 1 - a\n",
        "## qcheck\n\nHow we use it in 3 files.\n",
        "::error title=eslint::x\n",
        "x.py:1:1: E501 Line too long\n",
        "Ready for the shoot.\n",
        "#!/bin/sh\necho qcheck: ready\n",
        "\n",
        " ",
        "\0" * 100,
        "x" * 1_000_000,
    ],
)
def test_what_somebody_else_wrote_is_not(tmp_path: Path, text: str) -> None:
    path = tmp_path / "theirs"
    path.write_text(text, "utf-8")
    assert not any(is_report(path, name) for name in formats())


def test_an_empty_file_holds_nothing_that_could_be_lost(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert is_report(tmp_path / "empty", "json")
    (tmp_path / "list").write_text("[]\n")
    assert is_report(tmp_path / "list", "gitlab")


def test_a_long_report_is_recognised(tmp_path: Path) -> None:
    many = Report(REPORT.files * 500, None, None)
    for name in formats():
        path = tmp_path / name
        path.write_text(reporter(name)(many, View()), "utf-8", newline="")
        assert is_report(path, name)
