"""What portrait rules say of frames, gathered into one word on the video."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.places import Span
from qcheck.core.results import Judgement, Outcome, Severity, Status
from qcheck.engine.frames import gathered, runs

LETTERS = {"e": Severity.ERROR, "w": Severity.WARNING, "i": Severity.INFO, ".": None}


def outcome(letter: str, rule: str = "frontal-pose") -> Outcome:
    if letter == "s":
        return Outcome(rule, "P20", Status.SKIPPED, reason="no face was found", unmeasured=True)
    if letter == "x":
        return Outcome(rule, "P20", Status.CRASHED, reason="it broke")
    severity = LETTERS[letter]
    score = {"e": 10.0, "w": 60.0}.get(letter, 95.0)
    status = Status.PASS if severity is None else Status.FAIL
    return Outcome(rule, "P20", status, (Judgement(severity, f"It is {letter}.", score),))


def of(letters: str, at_most: Severity = Severity.ERROR) -> Outcome:
    said = [(float(i), outcome(each, "frontal-pose")) for i, each in enumerate(letters)]
    return gathered(said, at_most)


@pytest.mark.parametrize(
    ("letters", "severity"),
    [
        ("........", None),
        ("e.......", None),
        ("e...e...", None),
        ("e..e..e.", Severity.ERROR),
        ("eee.............", Severity.WARNING),
        ("e.e.e...........", None),
        ("eeeee...........", Severity.ERROR),
        ("wwwwwwww", None),
        ("iiiiiiii", None),
        ("eeeessss", Severity.ERROR),
        ("essssssss", None),
    ],
)
def test_what_lasts_counts(letters: str, severity: Severity | None) -> None:
    found = of(letters)
    assert found.severity == severity
    assert found.status is (Status.PASS if severity is None else Status.FAIL)


def test_the_times_and_the_share_are_told() -> None:
    (judgement,) = of("..eee..ee...").judgements
    assert judgement.where == (Span(2.0, 4.0), Span(7.0, 8.0))
    assert judgement.message == "It is e. So it is in 5 of 12 frames looked at."


def test_what_is_never_measured_is_unmeasured_and_a_crash_stays_one() -> None:
    assert of("ssss").unmeasured
    assert of("..x.").status is Status.CRASHED


def test_a_blurred_video_renders_though_worse() -> None:
    assert of("eeee", Severity.WARNING).severity is Severity.WARNING


@given(st.text("ew.s", min_size=1, max_size=16), st.integers(0, 15))
def test_a_worse_frame_never_makes_the_video_better(letters: str, at: int) -> None:
    at %= len(letters)
    worse = {"s": "s", ".": "w", "w": "e", "e": "e"}[letters[at]]
    before, after = of(letters), of(letters[:at] + worse + letters[at + 1 :])
    assert (after.severity or 0) >= (before.severity or 0)


@given(st.lists(st.booleans(), max_size=20))
def test_runs_cover_exactly_the_flags(flags: list[bool]) -> None:
    covered = [i for first, last in runs(flags) for i in range(first, last + 1)]
    assert covered == [i for i, flag in enumerate(flags) if flag]


def test_a_warning_scores_no_better_than_warnings_do_and_an_error_as_its_worst_frame() -> None:
    error, warning = of("eeee"), of("eee.............")
    assert (error.score, warning.score) == (10, 10)
    mild = [(float(i), outcome("e")) for i in range(3)] + [(9.0, outcome("."))] * 13
    milder = [
        (at_s, replace(o, judgements=(replace(o.judgements[0], score=95.0),))) for at_s, o in mild
    ]
    assert gathered(milder).severity is Severity.WARNING
    assert gathered(milder).score == 60


def test_a_pass_says_what_is_usual_and_scores_as_one() -> None:
    (judgement,) = of("..ww.").judgements
    assert (judgement.severity, judgement.message, judgement.score) == (None, "It is ..", 95)
    (judgement,) = of("wwwww").judgements
    assert (judgement.severity, judgement.message, judgement.score) == (None, "It is w.", 80)


def test_of_a_frame_the_worst_that_the_rule_says_counts() -> None:
    said = tuple(Judgement(each, f"{each}", 50.0) for each in (None, Severity.ERROR, None))
    several = Outcome("frontal-pose", "P20", Status.FAIL, said)
    assert gathered([(0.0, several)]).severity is Severity.ERROR


def test_a_rule_that_yields_nothing_of_a_frame_passes_there() -> None:
    silent = Outcome("frontal-pose", "P20", Status.PASS)
    found = gathered([(0.0, silent), (1.0, silent)])
    assert (found.status, found.score) == (Status.PASS, 100)


def test_the_time_of_all_frames_is_the_rules_time() -> None:
    timed = [(float(i), replace(outcome(letter), seconds=0.5)) for i, letter in enumerate("e.s")]
    assert gathered(timed).seconds == 1.5
    assert gathered([*timed, *timed[1:2] * 9]).seconds == 6
