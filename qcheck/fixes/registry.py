"""Which repairs there are, and which command mends a finding."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import shlex
from collections.abc import Iterator
from functools import cache

from qcheck.fixes.base import Fix, declared_fix
from qcheck.results import FileReport, Judgement, Outcome, Severity

__all__ = ["GROUP", "fix_medium", "load_fixes", "with_commands"]

GROUP = "qcheck.fixes"
"""Entry points of this group name modules with repairs of somebody else's."""


def fix_medium(medium: str) -> str | None:
    """The medium whose repairs are for a file of ``medium``; None: nothing mends such a file."""
    return {"portrait": "portrait", "picture": "portrait", "voice": "voice"}.get(medium)


@cache
def load_fixes(medium: str) -> tuple[Fix, ...]:
    """The repairs for a medium, in their order. Imports what that medium needs, and no more."""
    from importlib.metadata import entry_points

    package = importlib.import_module(f"{__package__}.{medium}")
    names = [m.name for m in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    names += [point.value for point in entry_points(group=GROUP)]
    found = {
        fix.name: fix
        for name in names
        for value in vars(importlib.import_module(name)).values()
        if (fix := declared_fix(value)) is not None and fix.medium == medium
    }
    return tuple(sorted(found.values(), key=lambda fix: (fix.turn, fix.name)))


def with_commands(report: FileReport, path: str, app: str | None) -> FileReport:
    """The report with the command that mends it at every finding that a repair answers."""
    medium = fix_medium(report.medium)
    if medium is None or not any(_counts(finding.judgement) for finding in report.findings):
        return report
    outcomes = tuple(
        dataclasses.replace(
            outcome,
            judgements=tuple(_with_command(j, outcome, medium, path, app) for j in outcome.judgements),
        )
        for outcome in report.outcomes
    )
    return dataclasses.replace(report, outcomes=outcomes)


def _counts(judgement: Judgement) -> bool:
    return judgement.severity is not None and judgement.severity >= Severity.WARNING


def _with_command(
    judgement: Judgement, outcome: Outcome, medium: str, path: str, app: str | None
) -> Judgement:
    if judgement.fix is not None or not _counts(judgement):
        return judgement
    words = next(_commands(judgement, outcome.rule, medium), None)
    if words is None:
        return judgement
    target = ("--for", app) if app else ()
    # A name that begins with a dash would be taken for an option.
    name = f"./{path}" if path.startswith("-") else path
    return dataclasses.replace(judgement, fix=shlex.join(("qcheck", *words, *target, name)))


def _commands(judgement: Judgement, rule: str, medium: str) -> Iterator[tuple[str, ...]]:
    """Commands that mend the finding, safe ones first."""
    answering = [f for f in load_fixes(medium) if rule in f.answers and f.mends(judgement)]
    for fix in sorted(answering, key=lambda fix: not fix.safe):
        yield ("fix",) if fix.safe else ("fix", "--unsafe")
    if rule == "duration" and _exceeds(judgement):
        yield ("split",)


def _exceeds(judgement: Judgement) -> bool:
    measured, wanted = judgement.measured, judgement.wanted
    numbers = isinstance(measured, int | float) and isinstance(wanted, int | float)
    return numbers and measured > wanted  # type: ignore[operator]  # both are numbers here
