"""Sentences that several output formats share."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.core.wording import (
    briefly,
    by_reason,
    place,
    places,
    plural,
    shortened,
    summary,
    unexplained,
    verdict,
)


def found(*severities: Severity) -> FileReport:
    said = tuple(Judgement(each, "It is so.", 50.0) for each in severities)
    outcome = Outcome("rule", "T01", Status.FAIL if said else Status.PASS, said)
    return FileReport("a.png", "portrait", (outcome,))


CLEAN, WARNED, FAILED = found(), found(Severity.WARNING), found(Severity.ERROR)
DARK = Outcome("headroom", "P14", Status.SKIPPED, reason="it is dark", unmeasured=True)
UNMEASURED = FileReport("a.png", "portrait", (DARK,))
CRASHED = FileReport("a.png", "portrait", (Outcome("rule", "T01", Status.CRASHED),))


def report(*files: FileReport, **changes: Any) -> Report:
    return dataclasses.replace(Report(files, None, Severity.ERROR), **changes)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (21, "21 files")]
)
def test_only_one_is_singular(count: int, text: str) -> None:
    assert plural(count, "file") == text


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Span(0, 1.5), "0:00.00 to 0:01.50"),
        (Span(59.994, 61), "0:59.99 to 1:01.00"),
        (Span(3661.25, 3662), "61:01.25 to 61:02.00"),
        (Span(2.5, 2.509), "0:02.50"),
        (Span(2.5, 2.52), "0:02.50 to 0:02.52"),
        (Box(1.4, 2.6, 30, 40), "x 1 to 30, y 3 to 40 px"),
    ],
)
def test_a_place_is_pixels_or_a_clock(where: Box | Span, text: str) -> None:
    assert place(where) == text


@given(st.integers(0, 9))
def test_of_many_places_the_first_four_are_told_and_the_rest_counted(count: int) -> None:
    spots = [Span(i, i + 0.5) for i in range(count)]
    told = places(spots).split("; ")
    assert told[:4] == ([place(spot) for spot in spots[:4]] or [""])
    assert told[4:] == ([f"and {count - 4} more"] if count > 4 else [])


def test_rules_that_share_a_reason_are_told_once() -> None:
    others = [dataclasses.replace(DARK, rule=name) for name in ("pose", "gaze")]
    deaf = dataclasses.replace(DARK, rule="hum", reason="there is no sound")
    assert by_reason([DARK, deaf, *others]) == {
        "it is dark": "headroom, pose, gaze",
        "there is no sound": "hum",
    }


def test_what_could_not_be_measured_needs_words_where_no_error_says_why() -> None:
    assert unexplained(UNMEASURED) == {"it is dark": "headroom"}
    warned = dataclasses.replace(WARNED, outcomes=(*WARNED.outcomes, DARK))
    assert unexplained(warned) == {"it is dark": "headroom"}
    failed = dataclasses.replace(FAILED, outcomes=(*FAILED.outcomes, DARK))
    assert unexplained(failed) == {}


@pytest.mark.parametrize(
    ("files", "changes", "word", "sentence"),
    [
        ((), {}, "unchecked", "Nothing was checked."),
        ((WARNED,), {}, "ready", "Ready: 1 file checked, 1 warning."),
        (
            (WARNED, CLEAN),
            {"target": "studio/talker"},
            "ready",
            "Ready: 2 files checked for studio/talker, 1 warning.",
        ),
        ((FAILED,), {}, "blocked", "Not ready: 1 error in 1 file."),
        ((FAILED, FAILED), {}, "blocked", "Not ready: 2 errors in 2 files."),
        (
            (FAILED, WARNED, CLEAN),
            {"target": "studio/talker"},
            "blocked",
            "Not ready: 1 error, 1 warning in 3 files for studio/talker, of which 1 blocks.",
        ),
        (
            (FAILED, FAILED, CLEAN),
            {},
            "blocked",
            "Not ready: 2 errors in 3 files, of which 2 block.",
        ),
        ((UNMEASURED,), {}, "blocked", "Not ready: something could not be checked in 1 file."),
        ((FAILED,), {"fail_on": None}, "ready", "Ready: 1 file checked, 1 error."),
        ((CRASHED,), {"fail_on": None}, "crashed", "Not ready: a rule crashed in 1 file."),
        ((CRASHED, CLEAN), {}, "crashed", "Not ready: a rule crashed in 1 of 2 files."),
        (
            (CRASHED, FAILED, CLEAN),
            {},
            "crashed",
            "Not ready: a rule crashed; 1 error in 3 files, of which 2 block.",
        ),
    ],
)
def test_the_verdict_is_one_word_and_one_sentence(
    files: tuple[FileReport, ...], changes: dict[str, Any], word: str, sentence: str
) -> None:
    checked = report(*files, **changes)
    assert (verdict(checked), summary(checked)) == (word, sentence)


def test_a_sound_job_says_that_nothing_is_left_to_do() -> None:
    said = summary(report(CLEAN))
    assert said.startswith("Ready: 1 file checked, nothing to ")
    assert not any(character.isdigit() for character in said.removeprefix("Ready: 1"))


@given(
    st.lists(st.sampled_from([CLEAN, WARNED, FAILED, UNMEASURED, CRASHED]), max_size=4),
    st.sampled_from([None, *Severity]),
)
def test_the_word_and_the_exit_code_never_disagree(
    files: list[FileReport], fail_on: Severity | None
) -> None:
    checked = report(*files, fail_on=fail_on)
    codes = {"ready": 0, "blocked": 1, "crashed": 2, "unchecked": 2}
    assert codes[verdict(checked)] == checked.exit_code
    assert summary(checked).startswith("Ready: ") is (checked.exit_code == 0)


def test_what_a_stranger_wrote_is_shown_at_a_length_that_can_be_read() -> None:
    assert shortened("short") == "short"
    assert shortened("x" * 1000) == "x" * 119 + "…"
    for value in ("x" * 1_000_000, ["x" * 100] * 1000, {"a": {"b": ["c" * 1000] * 50}}):
        assert len(briefly(value)) <= 120
    assert briefly("a") == "'a'"
