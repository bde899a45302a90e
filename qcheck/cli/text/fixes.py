"""What `qcheck fix` did, or would do, as a person reads it."""

from __future__ import annotations

from qcheck.core.errors import printable
from qcheck.core.results import FileReport, Judgement, Severity
from qcheck.core.terminal import in_front, one_line
from qcheck.core.units import quantity
from qcheck.repair.batch import FixedFile, Work

__all__ = ["fix_text"]

_NOTHING = 1e-4


def fix_text(work: Work, dry: bool) -> str:
    """Every file with what was done to it; ``dry``: with the numbers that would change."""
    lines = []
    for each in work.files:
        name = in_front(printable(each.source))
        if each.target is None:
            lines.append(f"{name}  cannot be fixed: {each.refusal}")
        else:
            again = ", replacing the earlier one" if each.replaces else ""
            lines.append(f"{name} → {printable(str(each.target))}{again}")
        lines += [
            f"  {deed.fix:<10} {'' if deed.safe else '(unsafe) '}{deed.says}"
            for deed in (*each.deeds, *each.vain)
        ]
        if each.target is not None and not each.deeds:
            lines.append(f"  {_nothing_done(each.after)}{'' if dry else ': copied as it is'}")
        if dry and each.deeds:
            lines += _differences(each)
        lines.append("")
    return "".join(f"{one_line(line)}\n" for line in lines)


def _nothing_done(report: FileReport) -> str:
    left = [each for each in report.findings if each.severity >= Severity.WARNING]
    if any("--unsafe" in (each.judgement.fix or "").split() for each in left):
        return "only --unsafe can fix any of it"
    return "nothing in it can be fixed" if left else "needs nothing"


def _differences(each: FixedFile) -> list[str]:
    """A line for every rule whose number or verdict changes."""
    rows = []
    after = {outcome.rule: outcome for outcome in each.after.outcomes}
    for old in each.before.outcomes:
        new = after.get(old.rule)
        if new is None:
            continue
        was, now = _shown(each.before, old.rule), _shown(each.after, new.rule)
        if was != now:
            rows.append((old.rule, was, now))
    if not rows:
        return ["  no rule measures a difference"]
    wide = max(len(rule) for rule, _, _ in rows), max(len(was) for _, was, _ in rows)
    return [f"    {rule:<{wide[0]}}  {was:<{wide[1]}}  →  {now}" for rule, was, now in rows]


def _shown(report: FileReport, rule: str) -> str:
    outcome = next(each for each in report.outcomes if each.rule == rule)
    if outcome.reason:
        return outcome.status.value
    worst = max(outcome.judgements, key=lambda j: (j.severity or 0, -j.score), default=None)
    if worst is None:
        return "pass"
    label = worst.severity.label if worst.severity else "pass"
    number = _number(worst)
    return f"{number} ({label})" if number else label


def _number(judgement: Judgement) -> str:
    measured = judgement.measured
    # What rounding leaves of nothing is nothing, not eight ten-millionths.
    if isinstance(measured, float) and abs(measured) < _NOTHING:
        measured = 0
    return "" if measured is None else quantity(measured, judgement.unit)
