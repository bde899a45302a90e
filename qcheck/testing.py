"""A rule against its cases, which are data: for `qcheck rule test` and for tests of one's own.

A case gives what the rule asks for and what it must say::

    [[case]]
    name = "a face of 412 px is an error"
    expect = "error"                 # pass, info, warning, error or skipped
    says = ["412 px"]                # words that must be in a message; optional
    evidence.Face.region = { left_px = 0, top_px = 0, right_px = 412, bottom_px = 380 }
    limits = { fail_below_px = 512 }          # instead of the rule's defaults
    job = { app = "bytedance/omnihuman-1-5" }
    file = { name = "a b.png", data = "" }    # data: each character is a byte (latin-1)

``evidence`` holds probes by name; what is left out of a probe is neutral: 0, "", (), None. What a
probe works out can be given instead of an array: ``evidence.Picture.width_px = 800``. A probe that
the rule asks for and the case does not give is measured on the file.

A rule that still says TODO, as `qcheck rule new` leaves it, is refused with every such line.

With pytest::

    from qcheck.testing import cases

    @pytest.mark.parametrize("case", cases("our_rules.py", "cases/no-spaces.toml"))
    def test_no_spaces(case):
        case.check()
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import difflib
import inspect
import itertools
import re
import sys
import tomllib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.core.job import Job
from qcheck.core.places import Box, Span
from qcheck.core.probe import wants
from qcheck.core.results import Outcome, Status
from qcheck.core.rule import Rule
from qcheck.core.typed import typed
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.limits import LimitLayer, resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

__all__ = [
    "EXPECTATIONS",
    "Case",
    "Todo",
    "build_neutral",
    "cases",
    "cases_beside",
    "cases_of",
    "outcome_of",
    "todos_in",
]

EXPECTATIONS = ("pass", "info", "warning", "error", "skipped")
_TABLES = ("evidence", "limits", "job", "file")
_HEADER = re.compile(r"\s*\[\[\s*case\s*\]\]")
# As a comment has it, or what a rule or a case says; a text that is judged may hold the word.
_TODO = re.compile(r"\bTODO:\s*(.*)")
_CASE_TODO = re.compile(r"(?:#|^\s*name\s*=).*?\bTODO:\s*(.*)")


@dataclass(frozen=True)
class Case:
    """One case of one rule."""

    rule: Rule
    data: Mapping[str, Any]
    line: int | None = None
    """Where it begins in its file."""

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.data['name']}"

    def fault(self) -> str | None:
        """What the rule should have said and did not; None where it judges as expected."""
        case = self.data
        try:
            outcome = outcome_of(self.rule, case)
        except UsageFault as fault:
            return f"the case cannot be made: {fault}"
        if outcome.status is Status.CRASHED:
            return f"the rule crashed: {outcome.reason}"
        got = outcome.severity.label if outcome.severity else outcome.status.value
        said = [judgement.message for judgement in outcome.judgements]
        told = "; ".join(said) or outcome.reason or "it said nothing"
        if got != case["expect"]:
            missing = [name for name in _asked(self.rule) if name not in case.get("evidence", {})]
            if outcome.status is Status.SKIPPED and missing:
                told += f" (the case gives no evidence.{missing[0]})"
            return f"{case['expect']} is expected, it came out as {got}: {told}"
        for words in case.get("says", []):
            if not any(words in message for message in said):
                return f"no message holds {words!r}: {told}"
        return None

    def check(self) -> None:
        """Raise AssertionError, with what the rule said, where it judges otherwise."""
        fault = self.fault()
        if fault is not None:
            raise AssertionError(f"{self}: {fault}")


def cases(plugin: str | Path, path: str | Path, name: str | None = None) -> list[Case]:
    """The cases in ``path`` of the rule called ``name``, or else as the file, in ``plugin``."""
    path = Path(path)
    return cases_of(load_rules((Path(plugin),)).get(name or path.stem), path)


def cases_of(rule: Rule, path: Path) -> list[Case]:
    """Every ``[[case]]`` of a file.

    Raises UsageFault for a case that says too little or too much, and for a rule that is not
    finished.
    """
    text = _text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageFault(f"{path}: it is not TOML: {error}") from error
    if todos := todos_in(rule, path):
        first = todos[0]
        more = f" ({len(todos) - 1} more)" if len(todos) > 1 else ""
        raise UsageFault(f"{first.path}, line {first.line}: still to do: {first.text}{more}")
    _refuse_unknown(table, ("case", "trial"), f"{path}: there is no")
    found = table.get("case", [])
    if not isinstance(found, list) or not all(isinstance(case, dict) for case in found):
        raise UsageFault(f"{path}: a list of tables [[case]] is expected")
    if not found:
        raise UsageFault(f"{path}: there is no [[case]]")
    headers = [i for i, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    # Cases that are written inline have no header.
    lines = headers if len(headers) == len(found) else [None] * len(found)
    for case, line in zip(found, lines, strict=True):
        _check_case(case, f"{path}, line {line}" if line else f"{path}")
    return [Case(rule, case, line) for case, line in zip(found, lines, strict=True)]


@dataclass(frozen=True)
class Todo:
    """A line that is still marked TODO."""

    path: Path
    line: int
    text: str


def todos_in(rule: Rule, path: Path) -> list[Todo]:
    """What is still marked TODO in a rule and in the file of its cases.

    Looked at are the rule's docstring, its limits and the function itself; of the cases, comments
    and names.
    """
    found = []
    lines = _text(rule.file).splitlines()
    for first, last in _parts_of(rule):
        for number, line in enumerate(lines[first - 1 : last], first):
            if todo := _TODO.search(line):
                found.append(Todo(rule.file, number, _without_quotes(todo[1])))
    for number, line in enumerate(_text(path).splitlines(), 1):
        if todo := _CASE_TODO.search(line):
            found.append(Todo(path, number, _without_quotes(todo[1])))
    return found


def _parts_of(rule: Rule) -> Iterator[tuple[int, int]]:
    """First and last lines of what belongs to the rule in its file."""
    body = ast.parse(_text(rule.file)).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        yield body[0].lineno, body[0].end_lineno or body[0].lineno
    names = (rule.limits.__name__, rule.function.__name__)
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in names:
            yield node.lineno, node.end_lineno or node.lineno


def _without_quotes(text: str) -> str:
    return text.strip().rstrip("\"',")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageFault(f"{path}: it is not text in UTF-8: {error}") from error


def _check_case(case: Mapping[str, Any], where: str) -> None:
    if not isinstance(case.get("name"), str):
        raise UsageFault(f"{where}: this case has no name")
    where = f"{where}: {case['name']}"
    if case.get("expect") not in EXPECTATIONS:
        raise UsageFault(
            f"{where}: expect must be one of {', '.join(EXPECTATIONS)}, not {case.get('expect')!r}"
        )
    _refuse_unknown(case, ("name", "expect", "says", *_TABLES), f"{where}: there is no")
    for key in _TABLES:
        if not isinstance(case.get(key, {}), dict):
            raise UsageFault(f"{where}: {key}: a table is expected, not {case[key]!r}")
    typed(case.get("says", []), tuple[str, ...], f"{where}: says")


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], says: str) -> None:
    """``says`` goes before the key that is not ``known``."""
    known = list(known)
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            other = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise UsageFault(f"{says} {key}; {other}")


def cases_beside(rule: Rule) -> Path:
    """The rule's file of cases: in ``cases`` beside it or in ``tests/cases`` of a folder above.

    Raises UsageFault.
    """
    beside = rule.file.resolve().parent
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


def outcome_of(rule: Rule, case: Mapping[str, Any]) -> Outcome:
    """Run ``rule`` on what ``case`` gives. Raises UsageFault for what neither of them knows."""
    given = case.get("evidence", {})
    asked = _asked(rule)
    _refuse_unknown(given, asked, f"{rule.name} asks for no")
    known = {
        asked[name]: build_neutral(asked[name], given[name], f"evidence.{name}") for name in given
    }
    limits = {key.replace("_", "-"): value for key, value in case.get("limits", {}).items()}
    selected = Selected(rule, resolve_limits(rule, [LimitLayer("case", {rule.name: limits})]))
    job = build_neutral(Job, case.get("job", {}), "job")
    return run_rule(selected, Evidence(_file(case.get("file", {})), known=known), job)


def _asked(rule: Rule) -> dict[str, type]:
    """The probes that the rule asks for, by name."""
    wanted = wants(rule.function).values()
    return {each.__name__: each for each in wanted if each not in (Job, File, rule.limits)}


def _file(given: Mapping[str, Any]) -> File:
    text = typed(given.get("data", ""), str, "file: data")
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise UsageFault(f"file: data: each character stands for a byte: {error}") from error
    made: File = build_neutral(File, {"name": "case", **given, "data": data}, "file")
    return made


def build_neutral(cls: type, values: Mapping[str, Any], where: str) -> Any:
    """Make a dataclass from plain data; what is left out is neutral.

    A property may be given too, such as the width of a picture, instead of the array that it is
    worked out from. Raises UsageFault, which begins with ``where``.
    """
    if not isinstance(values, Mapping):
        raise UsageFault(f"{where}: a table is expected, not {values!r}")
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints |= _hints(base, inspect.get_annotations(base))
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}
    worked_out = {
        name: value.fget.__annotations__.get("return", Any)
        for name, value in vars(cls).items()
        if isinstance(value, property) and value.fget
    }
    _refuse_unknown(values, (*fields, *worked_out), f"{where}: there is no")
    given = {
        name: _convert(values[name], hint, f"{where}.{name}")
        for name, hint in {**hints, **_hints(cls, worked_out)}.items()
        if name in values
    }
    if standing_in := {name: given.pop(name) for name in worked_out if name in given}:
        cls = type(cls.__name__, (cls,), standing_in)
    neutral = {n: _neutral(f, hints[n], where) for n, f in fields.items() if n not in given}
    return cls(**neutral, **given)


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


def _hints(cls: type, annotations: Mapping[str, Any]) -> dict[str, Any]:
    """Types; names that the module of ``cls`` imports for type checkers only are anything."""
    scope = _Names(vars(sys.modules[cls.__module__]))
    return {
        name: eval(hint, scope) if isinstance(hint, str) else hint
        for name, hint in annotations.items()
    }


def _convert(value: Any, hint: Any, where: str) -> Any:
    """``value`` as the type ``hint``; what that is not known of stays as it is."""
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    classes: list[Any] = [each for each in options if dataclasses.is_dataclass(each)]
    if isinstance(value, Mapping):
        # Of Box | Span, the one that has these fields.
        fitting = (c for c in classes or (Box, Span) if set(value) <= {*c.__dataclass_fields__})
        if chosen := next(fitting, classes[0] if classes else None):
            return build_neutral(chosen, value, where)
    tuples = [each for each in options if typing.get_origin(each) is tuple]
    if isinstance(value, list) and tuples:
        items = typing.get_args(tuples[0])
        kinds = itertools.cycle(items[:1]) if items[-1] is ... else items
        return tuple(
            _convert(v, kind, f"{where}[{i}]")
            for i, (v, kind) in enumerate(zip(value, kinds, strict=False))
        )
    if all(each in (bool, int, float, str, types.NoneType) for each in options):
        return typed(value, hint, where)
    if all(each in (*classes, *tuples, types.NoneType) for each in options):
        expected = "a table" if classes else "a list"
        raise UsageFault(f"{where}: {expected} is expected, not {value!r}")
    return value


def _neutral(field: dataclasses.Field[Any], hint: Any, where: str) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return build_neutral(hint, {}, where)
    origin = typing.get_origin(hint) or hint
    for kind in (bool, int, float, str, tuple, dict):
        if origin is kind:
            return kind()
    return None
