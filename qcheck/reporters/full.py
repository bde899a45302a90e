"""For a person at a terminal: what, how much, where, why it matters, how to mend it."""

from __future__ import annotations

import re
import textwrap

from qcheck.core.results import FileReport, Finding, Report, Severity, Status
from qcheck.core.terminal import finished, in_front, one_line, paint
from qcheck.core.wording import by_reason, places, summary, unexplained, verdict
from qcheck.reporters import View
from qcheck.reporters._tables import statistics_table
from qcheck.reporters._text import flat

__all__ = ["STATISTICS", "render", "wrote"]

STATISTICS = True

_WIDTH = 96
_COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;34",
    "ready": "1;32",
    "blocked": "1;31",
    "crashed": "1;35",
    "unchecked": "1;33",
    "bold": "1",
    "dim": "2",
}


# What `qcheck.core.wording.summary` says.
_VERDICT = (
    r"(Ready: \d+ files? checked.*|Not ready: .* in (\d+ of )?\d+ files?.*|Nothing was checked)\."
)


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    return bool(re.fullmatch(_VERDICT, tail.rstrip("\n").rpartition("\n")[2]))


def render(report: Report, view: View) -> str:
    explained: set[str] = set()
    blocks = [_file(file, report, view, explained) for file in report.files]
    lines = [line for block in blocks if block for line in (*block, "")]
    if view.statistics and (table := statistics_table(report)):
        lines += [*table.splitlines(), ""]
    notes = list(report.notes)
    told = [f for f in report.findings if f.rule in explained and f.severity > Severity.INFO]
    if len(told) > len(explained):
        notes.append("a rule is explained where it speaks first; `qcheck rule NAME` says it again")
    lines += [_paint(f"note: {flat(note)}", "dim", view) for note in notes]
    lines.append(_paint(flat(summary(report)), verdict(report), view))
    return finished("\n".join(lines) + "\n")


def _file(file: FileReport, report: Report, view: View, explained: set[str]) -> list[str]:
    findings = [f for f in file.findings if not (view.quiet and f.severity is Severity.INFO)]
    lines = []
    for finding in findings:
        lines += _finding(finding, view, explained)
    for reason, rules in by_reason(file.crashes).items():
        lines += _said("crashed", f"{rules}: {reason}", view)
    if view.verbose:
        lines += [textwrap.indent(o.trace.rstrip(), "    ") for o in file.crashes if o.trace]
    shown = by_reason(file.unmeasured) if view.verbose else unexplained(file)
    for reason, rules in shown.items():
        lines += _said("unchecked", f"{reason}: {rules}", view)
    if view.verbose:
        lines += _passes(file, view)
    if view.quiet and not lines:
        return []
    return [_heading(file, report, view), *lines]


def _heading(file: FileReport, report: Report, view: View) -> str:
    word = "blocked" if report.blocks(file) else "ok"
    if file.crashes:
        word = "crashed"
    score = ""
    if file.weakest_score is not None and file.mean_score is not None:
        score = f"  weakest {file.weakest_score:.0f}, mean {file.mean_score:.0f} of 100"
    return (
        f"{_paint(in_front(file.file), 'bold', view)}  "
        f"{_paint(word, 'ready' if word == 'ok' else word, view)}{_paint(score, 'dim', view)}"
    )


def _finding(finding: Finding, view: View, explained: set[str]) -> list[str]:
    """What was found, and the first time that its rule finds something why and how to mend it."""
    label = finding.severity.label
    judgement = finding.judgement
    lines = [
        f"  {_paint(label, label, view)}  {_paint(finding.rule, 'bold', view)} "
        f"{_paint(f'({finding.code})', 'dim', view)}",
        *_wrapped("    ", judgement.message),
    ]
    if finding.severity is Severity.INFO:
        return [f"{lines[0]}  {flat(judgement.message)}"]
    if judgement.where:
        lines += _labelled("where", places(judgement.where), view)
    docs = view.docs.get(finding.rule)
    if docs and not view.quiet and finding.rule not in explained:
        explained.add(finding.rule)
        lines += _labelled("why", _sentence(docs.why), view)
        lines += _labelled("mend", " ".join(docs.mend.split()), view)
    if judgement.fix:
        # In one line, however long, so that it can be copied.
        lines.append(f"      {_paint('run   ', 'dim', view)}{one_line(judgement.fix)}")
    return lines


def _passes(file: FileReport, view: View) -> list[str]:
    lines = []
    for outcome in file.outcomes:
        if outcome.status is Status.PASS:
            said = "; ".join(j.measured_text for j in outcome.judgements if j.measured is not None)
            lines.append(
                f"  {_paint('pass', 'ready', view)}  {outcome.rule}  {flat(said)}".rstrip()
            )
        elif outcome.status is Status.SKIPPED and not outcome.unmeasured:
            lines.append(f"  {_paint('skip', 'dim', view)}  {outcome.rule}  {flat(outcome.reason)}")
    lines += [
        f"  {_paint('ignored', 'dim', view)}  {rule}  {flat(reason)}"
        for rule, reason in file.ignored.items()
    ]
    return lines


def _sentence(text: str) -> str:
    """The first sentence of a paragraph."""
    flat = " ".join(text.split())
    end = flat.find(". ")
    return flat if end < 0 else flat[: end + 1]


def _labelled(label: str, text: str, view: View) -> list[str]:
    first, *rest = textwrap.wrap(flat(text), _WIDTH - 12, break_long_words=False) or [""]
    return [
        f"      {_paint(label.ljust(6), 'dim', view)}{first}",
        *(" " * 12 + line for line in rest),
    ]


def _wrapped(indent: str, text: str) -> list[str]:
    return textwrap.wrap(
        flat(text), _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )


def _said(label: str, text: str, view: View) -> list[str]:
    """A paragraph behind a label, which is painted when the lines are as long as they are."""
    first, *rest = _wrapped("  ", f"{label}: {text}")
    return [f"  {_paint(label, label, view)} {first.removeprefix(f'  {label}:')}", *rest]


def _paint(text: str, style: str, view: View) -> str:
    return paint(text, _COLOURS[style]) if view.colour and text else text
