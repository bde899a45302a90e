"""A rule against its cases, which are data: for `qcheck rule test` and for tests of one's own.

A case gives what the rule asks for and what it must say::

    [[case]]
    name = "a face of 412 px is an error"
    expect = "error"                 # pass, info, warning, error or skipped
    says = ["412 px"]                # words that must stand in a message; may be left out
    evidence.Face.region = { left_px = 0, top_px = 0, right_px = 412, bottom_px = 380 }
    limits = { fail_below_px = 512 }          # in the place of the rule's defaults
    job = { app = "bytedance/omnihuman-1-5" }
    file = { name = "a b.png", data = "" }    # data: each character is a byte (latin-1)

``evidence`` holds probes by name; what is left out of a probe is neutral: 0, "", (), None. A probe
that the rule asks for and the case does not give is measured on the file.

With pytest::

    from qcheck.testing import cases

    @pytest.mark.parametrize("case", cases("our_rules.py", "cases/no-spaces.toml"))
    def test_no_spaces(case):
        case.check()
"""

from __future__ import annotations

import builtins
import dataclasses
import inspect
import sys
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.engine import Selected, run_rule
from qcheck.errors import UsageFault
from qcheck.evidence import Evidence
from qcheck.job import Job
from qcheck.media.file import File
from qcheck.probes.base import wants
from qcheck.registry import load_rules
from qcheck.results import Box, Outcome, Span, Status
from qcheck.rule import Rule
from qcheck.settings import resolve_limits

__all__ = ["EXPECTATIONS", "Case", "build", "cases", "cases_beside", "outcome_of", "read_cases"]

EXPECTATIONS = ("pass", "info", "warning", "error", "skipped")


@dataclass(frozen=True)
class Case:
    """One case of one rule."""

    rule: Rule
    data: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.data['name']}"

    def fault(self) -> str | None:
        """What the rule should have said and did not; None where it judges as expected."""
        return run_case(self.rule, self.data)

    def check(self) -> None:
        """Raise AssertionError, with what the rule said, where it judges otherwise."""
        fault = self.fault()
        if fault is not None:
            raise AssertionError(f"{self}: {fault}")


def cases(plugin: str | Path, path: str | Path, name: str | None = None) -> list[Case]:
    """The cases in ``path`` of the rule called ``name``, or else as the file, in ``plugin``."""
    path = Path(path)
    rule = load_rules((Path(plugin),)).get(name or path.stem)
    return [Case(rule, data) for data in read_cases(path)]


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Every ``[[case]]`` of a file. Raises UsageFault for one that says too little."""
    try:
        found = tomllib.loads(path.read_text("utf-8")).get("case", [])
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageFault(f"{path}: it is not TOML: {error}") from error
    if not isinstance(found, list) or not all(isinstance(case, dict) for case in found):
        raise UsageFault(f"{path}: a list of tables [[case]] is expected")
    for i, case in enumerate(found):
        if not isinstance(case.get("name"), str):
            raise UsageFault(f"{path}: case[{i}]: it has no name")
        if case.get("expect") not in EXPECTATIONS:
            raise UsageFault(
                f"{path}: {case['name']}: expect is one of {', '.join(EXPECTATIONS)}, "
                f"not {case.get('expect')!r}"
            )
    return found


def cases_beside(rule: Rule) -> Path:
    """The rule's file of cases: in ``cases`` beside it or in ``tests/cases`` of a folder above.

    Raises UsageFault.
    """
    module = sys.modules[rule.origin]
    if not module.__file__:
        raise UsageFault(f"where the rule {rule.name} stands is unknown: --cases FILE")
    beside = Path(module.__file__).resolve().parent
    places = [
        beside / "cases",
        *(folder / "tests" / "cases" for folder in (beside, *beside.parents)),
    ]
    for place in places:
        if (path := place / f"{rule.name}.toml").is_file():
            return path
    raise UsageFault(
        f"no cases of {rule.name} were found: neither {places[0] / rule.name}.toml nor "
        "tests/cases above it; --cases FILE says where they are"
    )


def run_case(rule: Rule, case: Mapping[str, Any]) -> str | None:
    """What ``rule`` should have said of ``case`` and did not; None where it judges as expected."""
    try:
        outcome = outcome_of(rule, case)
    except (ValueError, TypeError, UsageFault) as error:
        return f"the case cannot be made: {error}"
    if outcome.status is Status.CRASHED:
        return f"the rule crashed: {outcome.trace}"
    got = outcome.severity.label if outcome.severity else outcome.status.value
    said = [judgement.message for judgement in outcome.judgements]
    told = "; ".join(said) or outcome.reason or "it said nothing"
    if got != case["expect"]:
        return f"{case['expect']} is expected, it came out as {got}: {told}"
    for words in case.get("says", []):
        if not any(words in message for message in said):
            return f"no message holds {words!r}: {told}"
    return None


def outcome_of(rule: Rule, case: Mapping[str, Any]) -> Outcome:
    """Run ``rule`` on what ``case`` gives. Raises ValueError for a field that no probe has."""
    given_file = {"name": "case", "data": "", **case.get("file", {})}
    file = File(**{**given_file, "data": given_file["data"].encode("latin-1")})
    given = case.get("evidence", {})
    asked = {
        wanted.__name__: wanted
        for wanted in wants(rule.function).values()
        if wanted not in (Job, File, rule.limits)
    }
    if unasked := set(given) - set(asked):
        raise ValueError(f"{rule.name} asks for no {', '.join(sorted(unasked))}")
    known = {asked[name]: build(asked[name], values) for name, values in given.items()}
    limits = {key.replace("_", "-"): value for key, value in case.get("limits", {}).items()}
    selected = Selected(rule, resolve_limits(rule, [("case", {rule.name: limits})]))
    return run_rule(selected, Evidence(file, known=known), Job(**case.get("job", {})))


def build(cls: type, values: Mapping[str, Any]) -> Any:
    """Make a dataclass from plain data; what is left out is neutral. Raises ValueError."""
    hints = _hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls)}
    if unknown := set(values) - set(fields):
        raise ValueError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
    return cls(
        **{
            name: _convert(values[name], hints[name])
            if name in values
            else _neutral(field, hints[name])
            for name, field in fields.items()
            if field.init
        }
    )


class _Anything:
    """Stands for a name that only type checkers know: arrays, mostly."""

    def __getattr__(self, name: str) -> _Anything:
        return self

    def __getitem__(self, item: object) -> _Anything:
        return self

    def __or__(self, other: object) -> Any:
        return self

    __ror__ = __or__


class _Names(dict[str, Any]):
    def __missing__(self, key: str) -> Any:
        return getattr(builtins, key, _Anything())


def _hints(cls: type) -> dict[str, Any]:
    """Field types; names that its module imports for type checkers only are anything."""
    scope = _Names(vars(sys.modules[cls.__module__]))
    return {
        name: eval(hint, scope) if isinstance(hint, str) else hint
        for name, hint in inspect.get_annotations(cls).items()
    }


def _convert(value: Any, hint: Any) -> Any:
    if isinstance(value, dict):
        for place in (Box, Span):
            if set(value) == {field.name for field in dataclasses.fields(place)}:
                return place(**value)
    for option in typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,):
        if (
            isinstance(option, type)
            and dataclasses.is_dataclass(option)
            and isinstance(value, dict)
        ):
            return build(option, value)
        if typing.get_origin(option) is tuple and isinstance(value, list):
            return tuple(_convert(item, typing.get_args(option)[0]) for item in value)
    return value


def _neutral(field: dataclasses.Field[Any], hint: Any) -> Any:
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
