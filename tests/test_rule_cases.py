"""Every rule against its cases, which are data: ``tests/cases/RULE.toml``."""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from pathlib import Path
from typing import Any

import pytest

from qcheck.engine import Selected, run_rule
from qcheck.evidence import Evidence
from qcheck.job import Job
from qcheck.media.file import File
from qcheck.probes.base import wants
from qcheck.registry import load_rules
from qcheck.results import Box, Outcome, Span, Status
from qcheck.rule import Rule
from qcheck.settings import resolve_limits

CASES = Path(__file__).parent / "cases"
RULES = {rule.name: rule for rule in load_rules().all}
EXPECTATIONS = {"pass", "info", "warning", "error", "skipped"}


def cases_of(name: str) -> list[dict[str, Any]]:
    path = CASES / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))["case"] if path.exists() else []


ALL = [
    pytest.param(name, case, id=f"{name}: {case['name']}")
    for name in RULES
    for case in cases_of(name)
]


def build(cls: type, values: dict[str, Any]) -> Any:
    """Make a probe from plain data; what a case leaves out is neutral."""
    hints = plain_hints(cls)
    names = {field.name for field in dataclasses.fields(cls)}
    if unknown := set(values) - names:
        raise AssertionError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
    return cls(
        **{
            field.name: convert(values[field.name], hints[field.name])
            if field.name in values
            else neutral(field, hints[field.name])
            for field in dataclasses.fields(cls)
            if field.init
        }
    )


def plain_hints(cls: type) -> dict[str, Any]:
    """Field types; arrays, whose names only type checkers know, come out as Any."""

    class Names(dict[str, Any]):
        def __missing__(self, key: str) -> Any:
            import builtins

            return getattr(builtins, key, _Anything())

    module = __import__(cls.__module__, fromlist=["_"])
    scope = Names(vars(module))
    return {
        name: eval(hint, scope) if isinstance(hint, str) else hint
        for name, hint in cls.__annotations__.items()
    }


class _Anything:
    def __getattr__(self, name: str) -> _Anything:
        return self

    def __getitem__(self, item: object) -> _Anything:
        return self

    def __or__(self, other: object) -> Any:
        return self

    __ror__ = __or__


def convert(value: Any, hint: Any) -> Any:
    if isinstance(value, dict) and set(value) == {f.name for f in dataclasses.fields(Box)}:
        return Box(**value)
    if isinstance(value, dict) and set(value) == {f.name for f in dataclasses.fields(Span)}:
        return Span(**value)
    for option in typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,):
        if dataclasses.is_dataclass(option) and isinstance(value, dict):
            return build(typing.cast(type, option), value)
        if typing.get_origin(option) is tuple and isinstance(value, list):
            return tuple(convert(item, typing.get_args(option)[0]) for item in value)
    return value


def neutral(field: dataclasses.Field[Any], hint: Any) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    if isinstance(hint, types.UnionType) and types.NoneType in typing.get_args(hint):
        return None
    origin = typing.get_origin(hint) or hint
    for kind in (bool, int, float, str, tuple, dict):
        if origin is kind:
            return kind()
    return None


def outcome_of(rule: Rule, case: dict[str, Any]) -> Outcome:
    given_file = {"name": "case", "data": "", **case.get("file", {})}
    file = File(**{**given_file, "data": given_file["data"].encode("latin-1")})
    evidence = Evidence(file)
    given = case.get("evidence", {})
    for wanted in wants(rule.function).values():
        if wanted not in (Job, File, rule.limits) and wanted.__name__ in given:
            evidence._taken[wanted] = build(wanted, given[wanted.__name__])
    limits = resolve_limits(
        rule,
        [
            (
                "case",
                {rule.name: {k.replace("_", "-"): v for k, v in case.get("limits", {}).items()}},
            )
        ],
    )
    return run_rule(Selected(rule, limits), evidence, Job(**case.get("job", {})))


@pytest.mark.parametrize(("name", "case"), ALL)
def test_the_rule_judges_its_case(name: str, case: dict[str, Any]) -> None:
    assert case["expect"] in EXPECTATIONS
    outcome = outcome_of(RULES[name], case)
    assert outcome.status is not Status.CRASHED, outcome.trace
    got = outcome.severity.label if outcome.severity else outcome.status.value
    assert got == case["expect"], outcome
    for words in case.get("says", []):
        assert any(words in judgement.message for judgement in outcome.judgements), outcome


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
