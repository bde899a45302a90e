"""What holds in front of a paid job: no configuration opens the gate without a word.

A configuration may switch rules off, ignore findings and move limits; in front of a job it is
always said which, and ``fail-on = "never"`` is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qcheck.core.errors import UsageFault, printable
from qcheck.core.results import FileReport
from qcheck.core.rule import RuleStatus
from qcheck.engine.inputs import Input
from qcheck.engine.judge import applies
from qcheck.engine.options import Options
from qcheck.engine.setup import run_settings, setup_for

__all__ = ["refuse_never", "switched_off"]

_MOST_NAMED = 6


def refuse_never(options: Options) -> None:
    """Raise UsageFault where a configuration says that findings never block."""
    settings = run_settings(options)
    if options.fail_on is None and settings.fail_on == "never":
        origin = printable(str(settings.origin))
        raise UsageFault(
            f'{origin}: fail-on = "never" does not hold in front of a job, which costs money: give '
            "--fail-on error or --fail-on warning"
        )


def switched_off(
    reports: Sequence[FileReport], inputs: Sequence[Input], options: Options
) -> list[str]:
    """Lines on the rules that a file's configuration keeps from running, or has limits for."""
    return [
        note
        for report, given in zip(reports, inputs, strict=True)
        for note in _notes(report, given, options)
    ]


def _notes(report: FileReport, given: Input, options: Options) -> Iterator[str]:
    setup, ignored = setup_for(given, options)
    if setup.settings.origin is None:
        return
    usual = {
        rule.name
        for rule in setup.rules.all
        if rule.status is RuleStatus.STABLE and applies(rule, report.medium)
    }
    asked = {rule.name for name in options.ignore for rule in setup.rules.matching(name)}
    selected = {each.rule.name for each in setup.selected}
    off = sorted((usual - selected - asked) | (set(ignored) & usual))
    says = f"{report.file}: {printable(str(setup.settings.origin))}"
    if off:
        yield f"{says} switches off {len(off)} of {len(usual)} rules: {_listed(off)}"
    if moved := sorted(set(setup.settings.limits) & usual & selected - set(ignored)):
        yield f"{says} has limits of its own for {_listed(moved)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
