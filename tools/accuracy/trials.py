"""What is asked of a rule, as data: ``[[trial]]`` in ``tests/cases/RULE.toml``.

A trial names the cases that are sound and those that are defective by columns of the labels, or the
cases whose physical truth or class is known; what is measured; and the goal. Questions that concern
several rules at once stand in ``tools/accuracy/trials.toml``.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.accuracy.labels import Row
from tools.accuracy.makers import MAKERS

OWN_WORDS = {"made", "most", "each"}
_GOAL = re.compile(
    r"(?P<figure>caught|eer|auc|error|rank|right|flagged) *(?P<order><=|>=) *"
    r"(?P<value>\d*\.?\d+)(?: at (?P<at>\d*\.\d+))?"
)


@dataclass(frozen=True)
class Goal:
    """One figure that is to be reached."""

    figure: str
    at_least: bool
    value: float
    at: float | None = None
    """For ``caught``: the share of false alarms that it is read at."""

    @property
    def text(self) -> str:
        shown = f"{self.value:.3g}" if self.figure in PHYSICAL else percent(self.value)
        at = f" at {percent(self.at)}" if self.at is not None else ""
        return f"{self.figure} {'≥' if self.at_least else '≤'} {shown}{at}"

    def met(self, value: float) -> bool:
        return value >= self.value if self.at_least else value <= self.value


PHYSICAL = {"error", "rank", "auc"}


def percent(share: float) -> str:
    return f"{share * 100:.3g} %"


@dataclass(frozen=True)
class Case:
    """One file of the corpus, or one made from it."""

    row: Row
    maker: str | None = None
    parameters: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        if self.maker is None:
            return self.row.name
        given = ", ".join(f"{key} {value}" for key, value in self.parameters)
        return f"{self.row.name} → {self.maker}" + (f" ({given})" if given else "")

    @property
    def seed(self) -> int:
        return zlib.crc32(self.name.encode())


@dataclass(frozen=True)
class Trial:
    """One question with its answer sheet."""

    rules: tuple[str, ...]
    question: str
    measure: str | None = None
    worse: str = "high"
    severity: str = "warning"
    says: str | None = None
    """Only findings whose message holds these words count."""
    sound: tuple[Mapping[str, Any], ...] = ()
    defective: tuple[Mapping[str, Any], ...] = ()
    of: tuple[Mapping[str, Any], ...] = ()
    exclude: tuple[Mapping[str, Any], ...] = ()
    truth: str | None = None
    truth_value: float | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    speakers: int = 1
    goals: tuple[Goal, ...] = ()
    compared: str = ""
    note: str = ""

    @property
    def made(self) -> bool:
        return any("made" in table for table in (*self.sound, *self.defective, *self.of))

    @property
    def kind(self) -> str:
        if self.classes:
            return "classes"
        if self.truth or self.truth_value is not None:
            return "truth"
        return "detection"

    def cases(self, rows: list[Row], which: str) -> list[Case]:
        """Cases of ``sound``, ``defective`` or ``of``, each once."""
        kept = [row for row in rows if not any(matches(row, w) for w in self.exclude)]
        found: dict[Case, None] = {}
        for table in getattr(self, which):
            found.update(dict.fromkeys(_cases(kept, table)))
        return list(found)


def matches(row: Row, where: Mapping[str, Any]) -> bool:
    """Whether every column of ``where`` holds. Raises KeyError for one that no label has."""
    for column, wanted in where.items():
        if column in OWN_WORDS or (where.get("made") and column not in row.labels):
            continue
        if column not in row.labels:
            return False
        if not _holds(row.labels[column], wanted):
            return False
    return True


def _holds(cell: str, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_holds(cell, each) for each in wanted)
    if isinstance(wanted, dict):
        try:
            value = float(cell)
        except ValueError:
            return False
        if wanted.get("absolute"):
            value = abs(value)
        return bool(wanted.get("min", -1e9) <= value <= wanted.get("max", 1e9))
    wanted = str(wanted)
    if wanted.startswith("!"):
        return not fnmatch.fnmatchcase(cell, wanted[1:])
    if wanted == "*":
        return bool(cell)
    return fnmatch.fnmatchcase(cell, wanted)


def _cases(rows: list[Row], where: Mapping[str, Any]) -> list[Case]:
    maker = where.get("made")
    taken = [row for row in rows if matches(row, where)]
    if maker is None:
        cases = [Case(row) for row in taken]
    else:
        if maker not in MAKERS:
            raise ValueError(f"no maker is called {maker!r}")
        medium = MAKERS[maker][0] + "s"
        taken = [row for row in taken if row.medium == medium]
        columns = set().union(*(row.labels for row in taken)) if taken else set()
        given = {k: v for k, v in where.items() if k not in OWN_WORDS and k not in columns}
        choices = {k: v if isinstance(v, list) else [v] for k, v in given.items()}
        grid = [
            tuple(zip(choices, each, strict=True)) for each in itertools.product(*choices.values())
        ]
        if where.get("each"):
            cases = [Case(row, maker, point) for row in taken for point in grid]
        else:
            cases = [Case(row, maker, grid[i % len(grid)]) for i, row in enumerate(taken)]
    most = where.get("most")
    return _spread(cases, most) if most else cases


def _spread(cases: list[Case], most: int) -> list[Case]:
    """At most so many, a person in turn, so that nobody outweighs the others."""
    by_subject = defaultdict(list)
    for case in sorted(cases, key=lambda c: zlib.crc32(c.name.encode())):
        by_subject[case.row.subject].append(case)
    turns = itertools.zip_longest(*by_subject.values())
    return [case for turn in turns for case in turn if case is not None][:most]


def goals_of(text: str) -> tuple[Goal, ...]:
    """Read ``"caught >= .97 at .01; eer <= .02"``. Raises ValueError for anything else."""
    goals = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        if not (found := _GOAL.fullmatch(part)):
            raise ValueError(f"not a goal: {part!r}")
        at = found["at"]
        goals.append(
            Goal(
                found["figure"],
                found["order"] == ">=",
                float(found["value"]),
                None if at is None else float(at),
            )
        )
    return tuple(goals)


def parse(table: Mapping[str, Any], rules: Iterable[str]) -> Trial:
    """One ``[[trial]]``. Raises ValueError that names what is wrong with it."""
    known = {f.name for f in fields(Trial)} - {"goals"} | {"goal"}
    if unknown := set(table) - known:
        raise ValueError(f"{table.get('question')!r}: unknown {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    goal = str(values.pop("goal", ""))
    values.setdefault("rules", tuple(rules))
    trial = Trial(**values, goals=goals_of(goal))
    if trial.kind == "detection" and not (trial.sound or trial.defective):
        raise ValueError(f"{trial.question!r} has neither sound nor defective cases")
    if trial.kind != "detection" and not (trial.of and trial.measure):
        raise ValueError(f"{trial.question!r} needs `of` and `measure`")
    return trial


def load(names: Iterable[str]) -> list[Trial]:
    """The trials of the rules called ``names``, and those that concern several."""
    trials = []
    for name in names:
        path = ROOT / "tests" / "cases" / f"{name}.toml"
        if path.exists():
            tables = tomllib.loads(path.read_text("utf-8")).get("trial", [])
            trials += [parse(table, [name]) for table in tables]
    shared = tomllib.loads((Path(__file__).parent / "trials.toml").read_text("utf-8"))
    return trials + [parse(table, ()) for table in shared["trial"]]
