"""Measurements against limits: severities, scores, sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.judging import at_least, at_most, failed, info, passed, warned, within
from qcheck.core.places import Box, Span
from qcheck.core.results import Judgement, Severity

numbers = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("measured", "severity"),
    [(9.0, None), (10.0, None), (10.1, "WARNING"), (20.0, "WARNING"), (20.1, "ERROR")],
)
def test_at_most_includes_its_limits(measured: float, severity: str | None) -> None:
    judged = at_most(measured, warn=10, fail=20, says="{measured}")
    assert judged.severity == (Severity[severity] if severity else None)


@pytest.mark.parametrize(
    ("measured", "severity"),
    [(11.0, None), (10.0, None), (9.9, "WARNING"), (5.0, "WARNING"), (4.9, "ERROR")],
)
def test_at_least_includes_its_limits(measured: float, severity: str | None) -> None:
    judged = at_least(measured, warn=10, fail=5, says="{measured}")
    assert judged.severity == (Severity[severity] if severity else None)


@pytest.mark.parametrize(
    ("measured", "severity"),
    [(0.1, "ERROR"), (0.2, "WARNING"), (0.3, None), (0.5, "WARNING"), (0.7, "ERROR")],
)
def test_within_judges_both_sides(measured: float, severity: str | None) -> None:
    judged = within(measured, warn=(0.25, 0.45), fail=(0.15, 0.6), says="{measured}")
    assert judged.severity == (Severity[severity] if severity else None)


@given(numbers, numbers, st.floats(0.1, 1e3), st.floats(0.1, 1e3))
def test_scores_fall_as_the_measurement_gets_worse(
    one: float, other: float, warn: float, span: float
) -> None:
    low, high = sorted((one, other))
    better = at_most(low, warn=warn, fail=warn + span, says="It is {measured}.")
    worse = at_most(high, warn=warn, fail=warn + span, says="It is {measured}.")
    assert 0 <= worse.score <= better.score <= 100
    assert better.score == pytest.approx(
        at_least(-low, warn=-warn, fail=-warn - span, says="It is {measured}.").score
    )


@given(st.floats(0.1, 1e3), st.floats(0.1, 1e3))
def test_scores_at_the_limits_mean_the_same_for_every_rule(warn: float, span: float) -> None:
    fail = warn + span
    assert at_most(warn, warn=warn, fail=fail, says="It is {measured}.").score == pytest.approx(80)
    assert at_most(fail, warn=warn, fail=fail, says="It is {measured}.").score == pytest.approx(40)
    assert at_most(warn, warn=warn, says="It is {measured}.").score == pytest.approx(80)
    assert at_most(fail, fail=fail, says="It is {measured}.").score == pytest.approx(40)


@pytest.mark.parametrize(
    ("measured", "score"),
    [(0, 100), (5, 100), (7.5, 90), (10, 80), (12.5, 60), (15, 40), (17.5, 20), (20, 0), (30, 0)],
)
def test_a_score_is_linear_between_what_is_hoped_for_and_what_is_hopeless(
    measured: float, score: float
) -> None:
    """One distance from the warning limit to the error limit on either side of both."""
    assert at_most(measured, warn=10, fail=15, says="It is.").score == pytest.approx(score)
    assert at_least(-measured, warn=-10, fail=-15, says="It is.").score == pytest.approx(score)


@pytest.mark.parametrize(("measured", "score"), [(5, 100), (7.5, 90), (12.5, 60), (15, 40)])
def test_with_a_warning_limit_alone_the_distance_is_half_of_it(
    measured: float, score: float
) -> None:
    assert at_most(measured, warn=10, says="It is.").score == pytest.approx(score)


@pytest.mark.parametrize(("measured", "score"), [(0, 100), (5, 80), (10, 40), (12.5, 20), (15, 0)])
def test_with_an_error_limit_alone_the_distance_is_half_of_it(
    measured: float, score: float
) -> None:
    assert at_most(measured, fail=10, says="It is.").score == pytest.approx(score)


def test_a_limit_of_zero_has_a_distance_too() -> None:
    assert at_most(0, fail=0, says="It is.").score == 40
    assert at_most(1e-8, fail=0, says="It is.").score == 0
    assert at_most(0, warn=0, says="It is.").score == 80


@pytest.mark.parametrize(
    ("measured", "severity"), [(9, Severity.ERROR), (10, None), (20, None), (21, Severity.ERROR)]
)
def test_within_takes_limits_of_one_kind(measured: float, severity: Severity | None) -> None:
    judged = within(measured, fail=(10, 20), says="It is.")
    assert judged.severity is severity
    milder = within(measured, warn=(10, 20), says="It is.")
    assert milder.severity is (severity and Severity.WARNING)


def test_within_points_and_fixes_by_the_side_that_is_crossed() -> None:
    where = Span(1, 2)
    high = within(9, warn=(1, 5), fail=(0, 8), where=where, fix="qcheck fix", says="{wanted}")
    assert (high.message, high.wanted, high.where, high.fix) == ("8", 8, (where,), "qcheck fix")
    low = within(-9, warn=(1, 5), fail=(0, 8), where=where, fix="qcheck fix", says="{wanted}")
    assert (low.message, low.wanted, low.where, low.fix) == ("0", 0, (where,), "qcheck fix")


def test_a_finding_names_the_limit_that_decided_and_points() -> None:
    boxes = [Box(0, 0, 1, 1), Box(2, 2, 3, 3)]
    assert at_most(10, warn=5, fail=9, unit="px", where=boxes, fix="mend", says="{wanted}") == (
        Judgement(Severity.ERROR, "9 px", 30, 10, 9, "px", tuple(boxes), "mend")
    )
    assert at_most(9, fail=8, says="{measured} of {wanted}").message == "9 of 8"


WHERE = Span(1, 2)
SAID = {"measured": 3, "unit": "px", "where": WHERE}


def test_what_no_single_number_decides_is_said_as_it_is() -> None:
    more = {**SAID, "wanted": 4, "fix": "mend"}
    says = "It is {measured}, not {wanted}."
    assert failed(says, **more) == Judgement(
        Severity.ERROR, "It is 3 px, not 4 px.", 0, 3, 4, "px", (WHERE,), "mend"
    )
    assert warned(says, **more) == Judgement(
        Severity.WARNING, "It is 3 px, not 4 px.", 60, 3, 4, "px", (WHERE,), "mend"
    )
    assert (failed(says, score=7).score, warned(says, score=7).score) == (7, 7)
    assert failed("Bad.") == Judgement(Severity.ERROR, "Bad.", 0)


def test_what_is_fine_or_worth_knowing_costs_nothing() -> None:
    assert info("It is {measured}.", **SAID) == Judgement(
        Severity.INFO, "It is 3 px.", 100, 3, None, "px", (WHERE,)
    )
    assert passed("It is {measured}.", measured=3, unit="px") == Judgement(
        None, "It is 3 px.", 100, 3, None, "px"
    )
    assert passed("Fine.", score=7).score == 7


@given(numbers)
def test_a_measurement_without_limits_passes(measured: float) -> None:
    judged = at_most(measured, says="It is {measured}.")
    assert (judged.severity, judged.score) == (None, 100)


def test_a_pass_points_nowhere_and_offers_no_fix() -> None:
    judged = at_most(1, warn=2, where=Box(0, 0, 1, 1), fix="mend", says="{measured}")
    assert (judged.where, judged.fix, judged.measured) == ((), None, 1)


def test_braces_in_what_is_quoted_are_no_placeholders() -> None:
    said = warned("“{ } {0} {wanted!r}” is {measured}, {wanted} is asked.", measured="{wanted}")
    assert said.message == "“{ } {0} {wanted!r}” is {wanted}, nothing is asked."


def test_a_finding_says_what_is_required_and_what_is_recommended() -> None:
    says = "It is {measured}; it {limit}."
    assert at_least(505, warn=1024, fail=512, unit="px", says=says).message == (
        "It is 505 px; it must be at least 512 px (1024 px recommended)."
    )
    assert at_least(800, warn=1024, fail=512, unit="px", says=says).message == (
        "It is 800 px; it should be at least 1024 px."
    )
    assert at_most(8.04, warn=8, unit="°", says=says).message == (
        "It is 8.04°; it should be at most 8°."
    )
    assert at_most(9, fail=8, says=says).message == "It is 9; it must be at most 8."


def test_what_decides_nothing_alone_is_told_apart_from_what_is_wanted_too() -> None:
    assert warned(
        "{measured}, not {wanted}.", measured=0.499, wanted=0.5, unit="share"
    ).message == ("49.9 %, not 50 %.")
