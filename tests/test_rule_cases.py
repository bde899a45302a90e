"""Every rule against its cases, which are data: ``tests/cases/RULE.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qcheck.registry import load_rules
from qcheck.testing import outcome_of, read_cases, run_case

CASES = Path(__file__).parent / "cases"
RULES = {rule.name: rule for rule in load_rules().all}


def cases_of(name: str) -> list[dict[str, Any]]:
    path = CASES / f"{name}.toml"
    return read_cases(path) if path.exists() else []


ALL = [
    pytest.param(name, case, id=f"{name}: {case['name']}")
    for name in RULES
    for case in cases_of(name)
]


@pytest.mark.parametrize(("name", "case"), ALL)
def test_the_rule_judges_its_case(name: str, case: dict[str, Any]) -> None:
    assert run_case(RULES[name], case) is None


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_case_that_passes_and_one_that_fails(name: str) -> None:
    expected = {case["expect"] for case in cases_of(name)}
    assert expected & {"pass", "info"}, f"tests/cases/{name}.toml has no passing case"
    assert expected & {"warning", "error"}, f"tests/cases/{name}.toml has no failing case"


def test_no_cases_are_left_of_a_rule_that_is_gone() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} <= set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_every_message_is_a_sentence(name: str) -> None:
    for case in cases_of(name):
        for judgement in outcome_of(RULES[name], case).judgements:
            if judgement.severity is not None:
                assert judgement.message[0].isupper() or not judgement.message[0].isalpha()
                assert judgement.message.endswith((".", "?")), judgement.message
