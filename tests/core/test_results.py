"""What is a finding, what blocks, and the exit code that follows."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.media import UNKNOWN
from qcheck.core.places import Box, Span
from qcheck.core.results import (
    FileReport,
    Judgement,
    Outcome,
    Report,
    Severity,
    Status,
    count_by_severity,
)

NAN, INF = float("nan"), float("inf")


def judgement(severity: Severity | None = None, score: float = 100.0) -> Judgement:
    return Judgement(severity, "It is so.", score)


def outcome(*judgements: Judgement, code: str = "T01", **changes: Any) -> Outcome:
    failed = any(each.severity is not None for each in judgements)
    made = Outcome(f"rule-{code}", code, Status.FAIL if failed else Status.PASS, judgements)
    return dataclasses.replace(made, **changes)


PASS = outcome(judgement())
INFO = outcome(judgement(Severity.INFO))
WARNING = outcome(judgement(Severity.WARNING, 60.0))
ERROR = outcome(judgement(Severity.ERROR, 10.0))
INAPPLICABLE = Outcome("rule", "T02", Status.SKIPPED, reason="there is no sound")
UNMEASURED = Outcome("rule", "T03", Status.SKIPPED, reason="it is dark", unmeasured=True)
CRASH = Outcome("rule", "T04", Status.CRASHED, reason="boom")
ALL = {
    "pass": PASS,
    "info": INFO,
    "warning": WARNING,
    "error": ERROR,
    "inapplicable": INAPPLICABLE,
    "unmeasured": UNMEASURED,
    "crash": CRASH,
}


def file(*outcomes: Outcome, medium: str = "portrait") -> FileReport:
    return FileReport("a.png", medium, outcomes)


def report(*files: FileReport, **changes: Any) -> Report:
    return dataclasses.replace(Report(files, None, Severity.ERROR), **changes)


@pytest.mark.parametrize(
    ("field", "value", "error", "says"),
    [
        ("severity", 3, TypeError, "severity: a Severity or None is expected, not 3"),
        ("severity", "error", TypeError, "severity: a Severity or None"),
        ("message", None, TypeError, "message: a sentence is expected, not None"),
        ("message", "", ValueError, "message: a sentence is expected, and it is empty"),
        ("message", " \n", ValueError, "message: a sentence is expected, and it is empty"),
        ("score", -0.01, ValueError, "score: 0 to 100 is expected"),
        ("score", 100.01, ValueError, "score: 0 to 100 is expected"),
        ("score", NAN, ValueError, "score: 0 to 100 is expected, not nan"),
        ("score", "9", ValueError, "score: 0 to 100 is expected, not '9'"),
        ("measured", [1], TypeError, r"measured: a number or text is expected, not \[1\]"),
        ("measured", NAN, ValueError, "measured: it is not a number"),
        ("wanted", b"1", TypeError, "wanted: a number or text is expected"),
        ("wanted", NAN, ValueError, "wanted: it is not a number"),
        ("where", ((0, 0, 1, 1),), TypeError, "where: a Box or Spans are expected"),
        ("where", (Span(0, 1), Span(NAN, 1)), ValueError, "where: .* is nowhere"),
        ("where", (Box(0, 0, INF, 1),), ValueError, "where: .* is nowhere"),
    ],
)
def test_what_could_not_be_shown_or_compared_is_refused(
    field: str, value: object, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=f"^{says}"):
        dataclasses.replace(judgement(), **{field: value})


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 0},
        {"score": 100},
        {"measured": INF, "wanted": -INF},
        {"measured": "MP3", "wanted": None},
        {"where": (Box(-1, 0, 1.5, 2), Span(0, 0))},
    ],
)
def test_what_can_be_shown_is_taken(changes: dict[str, Any]) -> None:
    made = dataclasses.replace(judgement(Severity.ERROR), **changes)
    assert {name: getattr(made, name) for name in changes} == changes


def test_an_outcome_is_as_bad_as_the_worst_that_it_says() -> None:
    mixed = outcome(judgement(Severity.INFO, 70), judgement(Severity.ERROR, 90), judgement(None, 5))
    assert (mixed.severity, mixed.score) == (Severity.ERROR, 5)
    assert (PASS.severity, PASS.score) == (None, 100)
    assert (CRASH.severity, CRASH.score) == (None, None)


def test_findings_come_worst_first_then_by_code_and_name_their_file() -> None:
    checked = file(
        outcome(judgement(Severity.WARNING), judgement(), code="T03"),
        outcome(judgement(Severity.WARNING), code="T01"),
        outcome(judgement(Severity.INFO), judgement(Severity.ERROR), code="T02"),
    )
    assert [(each.code, each.severity) for each in checked.findings] == [
        ("T02", Severity.ERROR),
        ("T01", Severity.WARNING),
        ("T03", Severity.WARNING),
        ("T02", Severity.INFO),
    ]
    assert {(each.file, each.rule[:5]) for each in checked.findings} == {("a.png", "rule-")}
    assert report(checked, checked).findings == checked.findings * 2


def test_a_file_knows_what_crashed_and_what_could_not_be_measured() -> None:
    checked = file(*ALL.values())
    assert checked.crashes == [CRASH]
    assert checked.unmeasured == [UNMEASURED]
    assert checked.severity is Severity.ERROR
    assert file(PASS, UNMEASURED).severity is None


def test_scores_are_those_of_rules_that_said_something() -> None:
    checked = file(PASS, WARNING, UNMEASURED, CRASH)
    assert checked.scores == (100, 60)
    assert (checked.weakest_score, checked.mean_score) == (60, 80)
    assert (file(CRASH).weakest_score, file(CRASH).mean_score) == (None, None)


@pytest.mark.parametrize(
    ("fail_on", "blocking"),
    [
        (Severity.ERROR, {"error", "unmeasured", "crash"}),
        (Severity.WARNING, {"warning", "error", "unmeasured", "crash"}),
        (Severity.INFO, {"info", "warning", "error", "unmeasured", "crash"}),
        (None, {"crash"}),
    ],
)
def test_what_blocks(fail_on: Severity | None, blocking: set[str]) -> None:
    for name, each in ALL.items():
        checked = report(file(PASS, each), fail_on=fail_on)
        assert checked.blocks(checked.files[0]) is (name in blocking), name
        assert checked.blocked is (name in blocking)


@pytest.mark.parametrize(
    ("medium", "outcomes", "blocks"),
    [
        (UNKNOWN, (), True),
        (UNKNOWN, (PASS,), False),
        (UNKNOWN, (INAPPLICABLE,), False),
        ("portrait", (), False),
    ],
)
def test_content_that_nobody_knows_and_no_rule_looked_at_blocks(
    medium: str, outcomes: tuple[Outcome, ...], blocks: bool
) -> None:
    assert report(file(*outcomes, medium=medium)).blocked is blocks
    assert not report(file(*outcomes, medium=medium), fail_on=None).blocked


@pytest.mark.parametrize(
    ("outcomes", "min_score", "blocks"),
    [
        ((PASS, WARNING), 60.0, False),
        ((PASS, WARNING), 60.1, True),
        ((WARNING, PASS), 100.0, True),
        ((PASS,), 100.0, False),
        ((INAPPLICABLE,), 100.0, False),
        ((WARNING,), None, False),
        ((WARNING,), 0.0, False),
    ],
)
def test_the_weakest_score_blocks_where_one_is_asked_for(
    outcomes: tuple[Outcome, ...], min_score: float | None, blocks: bool
) -> None:
    assert report(file(*outcomes), min_score=min_score).blocked is blocks
    assert not report(file(*outcomes), min_score=min_score, fail_on=None).blocked


@pytest.mark.parametrize(
    ("files", "none_left", "code"),
    [
        ((), False, 2),
        ((), True, 0),
        ((file(PASS),), False, 0),
        ((file(PASS),), True, 0),
        ((file(WARNING),), False, 0),
        ((file(PASS), file(ERROR)), False, 1),
        ((file(ERROR), file(PASS)), False, 1),
        ((file(UNMEASURED),), False, 1),
        ((file(ERROR), file(CRASH)), False, 2),
        ((file(CRASH), file(PASS)), False, 2),
    ],
)
def test_the_exit_code(files: tuple[FileReport, ...], none_left: bool, code: int) -> None:
    assert report(*files, none_left=none_left).exit_code == code


def test_a_crash_is_never_clean_even_where_findings_never_block() -> None:
    assert report(file(ERROR), fail_on=None).exit_code == 0
    assert report(file(CRASH), fail_on=None).exit_code == 2
    assert report(file(CRASH), fail_on=None).crashed
    assert not report(file(*(each for each in ALL.values() if each is not CRASH))).crashed


files = st.builds(
    lambda names, medium: file(*(ALL[name] for name in names), medium=medium),
    st.lists(st.sampled_from(sorted(ALL)), max_size=4),
    st.sampled_from(["portrait", UNKNOWN]),
)


@given(
    st.lists(files, min_size=1, max_size=4),
    files,
    st.sampled_from([None, *Severity]),
    st.none() | st.floats(0, 100),
)
def test_another_file_never_opens_the_gate(
    some: list[FileReport], other: FileReport, fail_on: Severity | None, min_score: float | None
) -> None:
    fewer = report(*some, fail_on=fail_on, min_score=min_score)
    more = report(*some, other, fail_on=fail_on, min_score=min_score)
    assert more.exit_code >= fewer.exit_code
    alone = report(other, fail_on=fail_on, min_score=min_score)
    assert more.exit_code == max(fewer.exit_code, alone.exit_code)


@given(files, st.sampled_from(list(Severity)), st.none() | st.floats(0, 100))
def test_a_stricter_run_never_lets_through_what_a_laxer_one_stops(
    checked: FileReport, fail_on: Severity, min_score: float | None
) -> None:
    laxer = report(checked, fail_on=fail_on)
    strictest = report(checked, fail_on=Severity.INFO, min_score=min_score)
    assert strictest.exit_code >= report(checked, fail_on=fail_on, min_score=min_score).exit_code
    assert report(checked, fail_on=fail_on, min_score=min_score).exit_code >= laxer.exit_code
    assert laxer.exit_code >= report(checked, fail_on=None).exit_code


@pytest.mark.parametrize("made", [judgement(), PASS, file(PASS), report(), Box(0, 0, 1, 1)])
def test_nothing_flows_back(made: Any) -> None:
    for field in dataclasses.fields(made):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)


def test_findings_are_counted_by_severity_the_worst_first() -> None:
    checked = report(file(WARNING, ERROR, WARNING), file(PASS))
    assert list(checked.counts().items()) == [("error", 1), ("warning", 2), ("info", 0)]
    assert count_by_severity([]) == {"error": 0, "warning": 0, "info": 0}


def test_what_there_is_to_see_does_not_tell_reports_apart() -> None:
    assert dataclasses.replace(file(PASS), exhibit=object()) == file(PASS)
