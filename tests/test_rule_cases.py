"""Every rule against its cases, which are data: ``tests/cases/RULE.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

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
