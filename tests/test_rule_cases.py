"""Every rule against its cases, which are data: ``tests/cases/RULE.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.core.results import Judgement, Severity
from qcheck.engine.registry import load_rules
from qcheck.testing import Case, cases_of, outcome_of

CASES = Path(__file__).parent / "cases"
RULES = {rule.name: rule for rule in load_rules().all}


def cases_for(name: str) -> list[Case]:
    path = CASES / f"{name}.toml"
    return cases_of(RULES[name], path) if path.exists() else []


ALL = [pytest.param(case, id=str(case)) for name in RULES for case in cases_for(name)]


@pytest.mark.parametrize("case", ALL)
def test_the_rule_judges_its_case(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_case_that_passes_and_one_that_fails(name: str) -> None:
    expected = {case.data["expect"] for case in cases_for(name)}
    assert expected & {"pass", "info"}, f"tests/cases/{name}.toml has no passing case"
    assert expected & {"warning", "error"}, f"tests/cases/{name}.toml has no failing case"


def test_no_cases_are_left_of_a_rule_that_is_gone() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} <= set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_every_message_is_a_sentence(name: str) -> None:
    for case in cases_for(name):
        for judgement in outcome_of(case.rule, case.data).judgements:
            if judgement.severity is not None:
                assert judgement.message[0].isupper() or not judgement.message[0].isalpha()
                assert judgement.message.endswith((".", "?")), judgement.message


# Shares of a measurement at which limits are put beside it, on either side: from what rounds to the
# same number to what does not.
BESIDE = (1e-9, 1e-6, 1e-4, 1e-3, 4e-3, 0.02)
NUMBER = re.compile(r"[−-]?\d[\d.]*(?: ?[%°]| [A-Za-z][\w/]*)?")


def beside(case: Case) -> Iterator[Case]:
    """``case`` with one limit after the other put close to each number that it measured."""
    for judgement in outcome_of(case.rule, case.data).judgements:
        measured = judgement.measured
        if not isinstance(measured, int | float) or not measured:
            continue
        for field in fields(case.rule.limits):
            if not isinstance(getattr(case.rule.limits(), field.name), int | float):
                continue
            for share in (sign * size for sign in (-1, 1) for size in BESIDE):
                limits = {**case.data.get("limits", {}), field.name: measured * (1 + share)}
                yield Case(case.rule, {**case.data, "limits": limits})


@pytest.mark.parametrize("name", RULES)
def test_no_message_contradicts_itself_however_close_a_limit_is(name: str) -> None:
    """Whatever is beyond a limit reads so: never "tilted 8°; must be at most 8°"."""
    for case in (close for each in cases_for(name) for close in beside(each)):
        try:
            outcome = outcome_of(case.rule, case.data)
        except UsageFault:  # Not every limit may be any number.
            continue
        for judgement in outcome.judgements:
            if judgement.severity in (Severity.WARNING, Severity.ERROR):
                assert_reads_as_judged(judgement)


def assert_reads_as_judged(judgement: Judgement) -> None:
    measured, wanted = judgement.measured, judgement.wanted
    if not isinstance(measured, int | float) or not isinstance(wanted, int | float):
        return
    assert judgement.measured_text != judgement.wanted_text, judgement
    if judgement.wanted_text in NUMBER.findall(judgement.message):
        assert judgement.measured_text in judgement.message, judgement.message
