"""Which repairs there are, and which command mends a finding."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import pkgutil
from collections.abc import Collection
from functools import cache
from types import ModuleType

from qcheck.core.plugins import plugged_in
from qcheck.core.results import FileReport, Judgement, Outcome, Severity
from qcheck.core.shell_words import quoted_command
from qcheck.fixes.declaration import Fix, declared_fix

__all__ = ["FIXES_GROUP", "Tried", "fix_medium", "load_fixes", "with_commands"]

FIXES_GROUP = "qcheck.fixes"
"""Entry points of this group name modules with repairs of somebody else's."""


def fix_medium(medium: str) -> str | None:
    """The medium whose repairs are for a file of ``medium``; None: nothing mends such a file."""
    return {"portrait": "portrait", "picture": "portrait", "voice": "voice"}.get(medium)


_SPLIT = ("split",)


class Tried(enum.Enum):
    """Which repairs a file has been through."""

    NOTHING = "nothing"
    SAFE = "safe"
    ALL = "all"


@cache
def load_fixes(medium: str) -> tuple[Fix, ...]:
    """The repairs for a medium, in their order. Imports what that medium needs, and no more."""
    package = importlib.import_module(f"{__package__}.{medium}")
    names = [m.name for m in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    modules = [importlib.import_module(name) for name in names]
    for plugged in plugged_in(FIXES_GROUP):
        with plugged.loading("repairs"):
            modules.append(_module(plugged.load()))
    found = {
        fix.name: fix
        for module in modules
        for value in vars(module).values()
        if (fix := declared_fix(value)) is not None and fix.medium == medium
    }
    return tuple(sorted(found.values(), key=lambda fix: (fix.turn, fix.name)))


def _module(loaded: object) -> ModuleType:
    if not isinstance(loaded, ModuleType):
        raise TypeError("it is not a module")
    return loaded


def with_commands(
    report: FileReport,
    path: str,
    app: str | None,
    *,
    tried: Tried = Tried.NOTHING,
    mended: str | None = None,
    cut_by: Collection[str] = (),
) -> FileReport:
    """The report with the command that mends it at every finding that a repair answers.

    ``path`` is the file that repairs are for, the original; what was ``tried`` on it is not named
    again. What comes after repairs, a cut into parts, is for the ``mended`` one where there is one;
    ``cut_by`` names the rules that judge how long a part may be.
    """
    medium = fix_medium(report.medium)
    if medium is None or not any(_counts(finding.judgement) for finding in report.findings):
        return report
    outcomes = tuple(
        dataclasses.replace(
            outcome,
            judgements=tuple(
                _with_command(judgement, words, mended or path if words == _SPLIT else path, app)
                for judgement in outcome.judgements
                for words in (_words(judgement, outcome, medium, tried, cut_by),)
            ),
        )
        for outcome in report.outcomes
    )
    return dataclasses.replace(report, outcomes=outcomes)


def _counts(judgement: Judgement) -> bool:
    return judgement.severity is not None and judgement.severity >= Severity.WARNING


def _with_command(
    judgement: Judgement, words: tuple[str, ...] | None, path: str, app: str | None
) -> Judgement:
    if words is None:
        return judgement
    target = ("--for", app) if app else ()
    # A name that begins with a dash would be taken for an option.
    name = f"./{path}" if path.startswith("-") else path
    return dataclasses.replace(judgement, fix=quoted_command(("qcheck", *words, *target, name)))


def _words(
    judgement: Judgement, outcome: Outcome, medium: str, tried: Tried, cut_by: Collection[str]
) -> tuple[str, ...] | None:
    """The command that mends the finding, a safe one first; None where there is none left."""
    if judgement.fix is not None or not _counts(judgement):
        return None
    answering = [f for f in load_fixes(medium) if outcome.rule in f.answers and f.mends(judgement)]
    if tried is Tried.NOTHING and any(fix.safe for fix in answering):
        return ("fix",)
    if tried is not Tried.ALL and any(not fix.safe for fix in answering):
        return ("fix", "--unsafe")
    if outcome.rule in cut_by and _exceeds(judgement):
        return _SPLIT
    return None


def _exceeds(judgement: Judgement) -> bool:
    measured, wanted = judgement.measured, judgement.wanted
    if not isinstance(measured, int | float) or not isinstance(wanted, int | float):
        return False
    return measured > wanted
