"""Every output format against golden files, of a report that holds every kind of outcome.

``QCHECK_UPDATE_GOLDEN=1 pytest tests/reporters`` writes them anew: read the difference. Whether
programs of others can read the formats is for test_validators.py.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from report_material import DOCS, EMPTY, NASTY, REPORT, STRANGE

from qcheck.core.media import UNKNOWN
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.reporters import View, format_summary, formats, reporter, side_reports
from qcheck.reporters._schema import SCHEMAS, report_schema
from qcheck.reporters.csv import COLUMNS
from qcheck.reporters.github import MOST

GOLDEN = Path(__file__).parent / "golden"
VIEWS = {
    "full": View(docs={"face-resolution": DOCS}),
    "full-verbose-colour": View(colour=True, verbose=True, docs={"face-resolution": DOCS}),
    "full-quiet": View(quiet=True, docs={"face-resolution": DOCS}),
    "sarif": View(docs={"face-resolution": DOCS}, docs_url="https://example.org/docs/"),
    "markdown": View(docs={"face-resolution": DOCS}),
    "gitlab": View(docs={"face-resolution": DOCS}),
}


# A page is looked at in a browser: its style and script would drown what it says.
TEXTS = [name for name in formats() if name != "html"]


@pytest.mark.parametrize("name", [*TEXTS, "full-verbose-colour", "full-quiet"])
def test_the_format_is_what_it_was(name: str) -> None:
    text = reporter(name.partition("-")[0])(REPORT, VIEWS.get(name, View()))
    # A golden file must not change with the version.
    text = re.sub(r'"(qcheck_version|version|semanticVersion)": "0.*?"', r'"\1": "*"', text)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("QCHECK_UPDATE_GOLDEN"):
        path.write_text(text, "utf-8", newline="")
    with path.open(encoding="utf-8", newline="") as file:
        assert text == file.read()


@pytest.mark.parametrize("name", formats())
def test_every_format_says_in_one_line_what_it_is_for(name: str) -> None:
    assert format_summary(name).startswith(("For ", "One line a finding"))
    assert len(format_summary(name)) <= 100


def test_json_holds_every_outcome_and_no_number_that_json_lacks() -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    document = json.loads(reporter("json")(REPORT, View()), parse_constant=refuse)
    assert document["schema_version"] == 1
    assert [len(file["outcomes"]) for file in document["files"]] == [5, 3, 1]
    assert document["files"][1]["outcomes"][0]["judgements"][0]["measured"] == "inf"
    assert document["exit_code"] == REPORT.exit_code == 2


def documents(name: str, report: Report) -> list[Any]:
    """What the schema of ``name`` is to fit: the document, or every line."""
    text = reporter(name)(report, View())
    return [json.loads(text)] if name == "json" else [json.loads(x) for x in text.splitlines()]


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("report", [REPORT, NASTY, STRANGE, EMPTY], ids=range(4))
def test_what_is_printed_fits_the_published_schema(name: str, report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema(name))
    for document in documents(name, report):
        jsonschema.validate(document, report_schema(name), jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_knows_every_field_that_is_printed(name: str) -> None:
    """A field that the schema does not name could vanish without the version being raised."""
    strict = json.loads(json.dumps(report_schema(name)))
    for part in strict["$defs"].values():
        close(part)
    for document in documents(name, REPORT):
        jsonschema.validate(document, strict, jsonschema.Draft202012Validator)


def close(part: dict[str, Any]) -> None:
    if "properties" in part:
        part["additionalProperties"] = False
        assert part["required"] == list(part["properties"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("verdict"),
        lambda d: d.update(exit_code=7),
        lambda d: d["files"][0]["outcomes"][1]["judgements"][0].pop("fingerprint"),
        lambda d: d["files"][0]["outcomes"][1]["judgements"][0]["where"][0].pop("left_px"),
        lambda d: d["files"][0].update(blocks="no"),
    ],
)
def test_the_schema_refuses_what_is_no_report(spoil: Any) -> None:
    (document,) = documents("json", REPORT)
    spoil(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, report_schema("json"), jsonschema.Draft202012Validator)


def test_json_lines_hold_what_json_holds_and_end_with_the_run() -> None:
    (document,) = documents("json", REPORT)
    lines = documents("jsonl", REPORT)
    kinds = [line["kind"] for line in lines]
    assert kinds == ["outcome"] * 5 + ["file"] + ["outcome"] * 3 + [
        "file",
        "outcome",
        "file",
        "run",
    ]
    assert [line["rule"] for line in lines if line["kind"] == "outcome"] == [
        outcome["rule"] for file in document["files"] for outcome in file["outcomes"]
    ]
    run = {key: value for key, value in document.items() if key != "files"}
    assert lines[-1] == {"kind": "run", **run}


@pytest.mark.parametrize("report", [REPORT, EMPTY])
def test_json_that_is_put_together_file_by_file_is_laid_out_as_one(report: Report) -> None:
    text = reporter("json")(report, View())
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(reporter("junit")(REPORT, View()))
    assert root.attrib | {"time": ""} == {
        "name": "qcheck",
        "time": "",
        "tests": "9",
        "failures": "2",
        "errors": "2",
    }
    assert [suite.get("skipped") for suite in root] == ["2", "0", "0"]


def test_junit_names_no_two_cases_alike() -> None:
    """Of cases with the same class and name GitLab takes the first and ignores the others."""
    judged = Outcome("sharpness", "P52", Status.FAIL, (Judgement(Severity.ERROR, "Blurred.", 7),))
    files = tuple(FileReport(f"{i}.png", "portrait", (judged,)) for i in range(3))
    report = Report(files, None, Severity.ERROR)
    cases = [*ET.fromstring(reporter("junit")(report, View())).iter("testcase")]
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == 3


def test_junit_says_why_where_gitlab_reads_it() -> None:
    """It shows the text of a failure and no attribute."""
    low = Outcome("sharpness", "P52", Status.PASS, (Judgement(None, "It is sharp.", 7),))
    files = (FileReport("low.png", "portrait", (low,)), FileReport("odd.bin", UNKNOWN, ()))
    report = Report(files, None, Severity.ERROR, min_score=50)
    failures = [*ET.fromstring(reporter("junit")(report, View())).iter("failure")]
    assert len(failures) == 2
    assert all(failure.text for failure in failures)


def test_a_score_that_is_too_low_is_told_in_every_format() -> None:
    judged = Outcome("sharpness", "P52", Status.PASS, (Judgement(None, "It is sharp.", 70.0),))
    file = FileReport("portrait.png", "portrait", (judged,))
    report = Report((file,), None, Severity.ERROR, min_score=80)
    assert report.exit_code == 1
    for name in ("junit", "tap", "github", "gitlab", "sarif", "markdown"):
        assert "ts score is 70; 80 at least is wanted" in reporter(name)(report, View())
    assert "not ok 1 - portrait.png: sharpness" in reporter("tap")(report, View())


def test_github_puts_the_severest_first_and_escapes() -> None:
    *lines, last = reporter("github")(REPORT, View()).splitlines()
    assert last.startswith("qcheck: Not ready: ")
    kinds = [line.split()[0] for line in lines]
    order = ["::error", "::warning", "::notice"]
    assert kinds == sorted(kinds, key=order.index)
    assert all(line.startswith("::") for line in lines)
    assert any("file=shoot/portrait%2C 100 %25.png," in line for line in lines)


def many(count: int) -> Report:
    files = []
    for i in range(count):
        severity = Severity.ERROR if i % 2 else Severity.WARNING
        said = (Judgement(severity, f"Finding {i}.", 10.0),)
        outcome = Outcome("sharpness", "P52", Status.FAIL, said)
        files.append(FileReport(f"::error::{i}.png", "portrait", (outcome,)))
    return Report(tuple(files), None, Severity.ERROR)


def test_github_gets_ten_annotations_of_a_kind_and_the_log_and_the_summary_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = many(50)
    lines = reporter("github")(report, View()).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert [c.split()[0] for c in commands] == ["::error"] * MOST + ["::warning"] * MOST
    *rest, last = lines[len(commands) :]
    assert len(rest) == 30
    assert all(line.startswith("qcheck: ") for line in rest)
    assert last == "qcheck: Not ready: 25 errors, 25 warnings in 50 files, of which 25 block."

    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert side_reports("github", report, View()) == {}
    place = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    ((path, text),) = side_reports("github", report, View()).items()
    assert path == place
    assert all(f"Finding {i}." in text for i in range(50))


def test_a_summary_stays_within_what_github_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    ((_, text),) = side_reports("github", many(20_000), View()).items()
    assert 900_000 < len(text.encode()) < 1024 * 1024
    assert text.endswith("The report is longer than a summary may be.\n")


def test_csv_has_a_row_a_judgement_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(reporter("csv")(REPORT, View()), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["status"] for row in rows if row["rule"] == "headroom"] == ["skipped", "skipped"]
    clipped = next(row for row in rows if row["rule"] == "clipping")
    assert (clipped["start_s"], clipped["end_s"], clipped["places"]) == ("0", "0.5", "6")
    small = next(row for row in rows if row["rule"] == "face-resolution")
    assert (small["left_px"], small["bottom_px"], small["measured"]) == ("210", "592", "412.4")
    nasty = list(csv.DictReader(io.StringIO(reporter("csv")(NASTY, View()), newline="")))
    assert nasty[0]["file"] == "'=1+1.png"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in nasty for cell in row.values())


def test_gitlab_ranks_what_did_not_look_above_what_was_found() -> None:
    issues = json.loads(reporter("gitlab")(REPORT, View()))
    severities = {(issue["check_name"], issue["severity"]) for issue in issues}
    assert {
        ("hum", "blocker"),
        ("headroom", "blocker"),
        ("face-resolution", "critical"),
    } < severities
    assert ("clipping", "minor") in severities
    assert [i["location"]["path"] for i in issues if i["check_name"] == "headroom"] == ["odd.png"]


def test_sarif_points_to_the_spot() -> None:
    (run,) = json.loads(reporter("sarif")(REPORT, VIEWS["sarif"]))["runs"]
    by_rule = {result["ruleId"]: result for result in run["results"]}
    small = by_rule["face-resolution"]
    assert small["level"] == "error"
    place = small["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shoot/portrait%2C%20100%20%25.png"
    assert place["region"] == {"startLine": 1}
    assert small["attachments"][0]["rectangles"] == [
        {"top": 180.0, "left": 210.0, "bottom": 592.0, "right": 622.4}
    ]
    clipping = by_rule["clipping"]
    assert clipping["level"] == "warning"
    assert clipping["properties"]["spans"][1] == {"start_s": 1.0, "end_s": 1.5}
    rule = run["tool"]["driver"]["rules"][small["ruleIndex"]]
    assert rule["id"] == "face-resolution"
    assert rule["helpUri"] == "https://example.org/docs/rules/face-resolution.md"
    assert DOCS.summary in rule["help"]["text"]
    assert "passed" not in json.dumps(run["results"])


def test_sarif_puts_the_severest_first_and_ends_where_github_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def said(severity: Severity) -> Outcome:
        return Outcome("sharpness", "P52", Status.FAIL, (Judgement(severity, "Blurred.", 7),))

    files = [FileReport(f"{s.label}.png", "portrait", (said(s),)) for s in Severity]
    report = Report(tuple(files), None, Severity.ERROR)
    (run,) = json.loads(reporter("sarif")(report, View()))["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert "toolExecutionNotifications" not in run["invocations"][0]
    monkeypatch.setattr("qcheck.reporters.sarif._MOST_RESULTS", 2)
    (run,) = json.loads(reporter("sarif")(report, View()))["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("1 results are left out")


def test_sarif_tells_of_crashes_as_notifications() -> None:
    (run,) = json.loads(reporter("sarif")(REPORT, VIEWS["sarif"]))["runs"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    crashed = [n for n in invocation["toolExecutionNotifications"] if n["level"] == "error"]
    assert [n["associatedRule"]["id"] for n in crashed] == ["hum", "dropout"]
    assert "Traceback" in crashed[0]["exception"]["message"]
    assert not any(result["ruleId"] == "hum" for result in run["results"])
    (ignored,) = invocation["toolConfigurationNotifications"]
    assert "whispered on purpose" in ignored["message"]["text"]


def test_no_changed_file_is_a_pass_in_every_format() -> None:
    """`--changed-since` found none: nothing was wrong, nothing was asked."""
    none_left = Report((), None, Severity.ERROR, none_left=True)
    assert none_left.exit_code == 0
    assert "not ok" not in reporter("tap")(none_left, View())
    assert ET.fromstring(reporter("junit")(none_left, View())).get("errors") == "0"
    assert reporter("github")(none_left, View()) == "qcheck: Nothing was checked.\n"
    (run,) = json.loads(reporter("sarif")(none_left, View()))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_of_nothing_is_no_success() -> None:
    (run,) = json.loads(reporter("sarif")(EMPTY, View()))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_markdown_keeps_names_as_text() -> None:
    text = reporter("markdown")(NASTY, View())
    assert r"\<b\>\&amp;\|\`\*.png" in text


def test_a_report_without_files_is_no_pass_in_any_format() -> None:
    assert "Nothing was checked" in reporter("full")(EMPTY, View())
    assert json.loads(reporter("json")(EMPTY, View()))["verdict"] == "unchecked"
    assert ET.fromstring(reporter("junit")(EMPTY, View())).get("errors") == "1"
    assert "not ok 1 - " in reporter("tap")(EMPTY, View())
    assert reporter("github")(EMPTY, View()).startswith("::error ")
    assert "nothing was checked" in reporter("markdown")(EMPTY, View())
