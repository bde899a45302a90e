"""Measurements against limits: severities, scores, sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.judging import at_least, at_most, warned, within
from qcheck.core.places import Box
from qcheck.core.results import Severity

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
