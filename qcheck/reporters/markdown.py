"""For a comment, a wiki, a step summary: the verdict and a table of findings, as Markdown."""

from __future__ import annotations

import re

from qcheck.core.results import Finding, Report
from qcheck.core.wording import by_reason, places, plural, unexplained, verdict
from qcheck.reporters import View
from qcheck.reporters._gate import low_scores, unknown_file
from qcheck.reporters._text import printed

__all__ = ["render", "wrote"]

# What CommonMark (2.4) and GitHub's tables and strikethrough give a meaning to within a line.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&#$])")
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    begins = r"## qcheck: (not )?(ready|nothing was checked)[^\n]* \([^\n]* in \d+ files?\)\n"
    return bool(re.match(begins, head))


def render(report: Report, view: View) -> str:
    parts = [f"## qcheck: {_headline(report)}"]
    if stopped := _stopped(report):
        parts.append("\n".join(f"- {line}" for line in stopped))
    if findings := sorted(report.findings, key=lambda f: -f.severity):
        parts.append(_table(findings))
    if mends := _mends(findings, view):
        parts.append("### How to mend it\n\n" + "\n".join(mends))
    if report.notes:
        parts.append("\n".join(f"- {_escaped(note)}" for note in report.notes))
    return "\n\n".join(parts) + "\n"


def _headline(report: Report) -> str:
    counts = report.counts()
    found = ", ".join(plural(counts[s], s) for s in ("error", "warning") if counts[s])
    target = f" for {_escaped(report.target)}" if report.target else ""
    word = {
        "ready": "ready",
        "blocked": "not ready",
        "crashed": "not ready, a rule crashed",
        "unchecked": "nothing was checked",
    }[verdict(report)]
    return f"{word}{target} ({found or 'no finding'} in {plural(len(report.files), 'file')})"


def _table(findings: list[Finding]) -> str:
    lines = ["| | file | rule | finding | measured | where |", "|---|---|---|---|---:|---|"]
    for finding in findings:
        judgement = finding.judgement
        measured = judgement.measured
        shown = "" if measured is None else judgement.measured_text
        cells = (
            f"{_SIGNS[finding.severity.label]} {finding.severity.label}",
            _escaped(finding.file),
            f"{finding.rule} ({finding.code})",
            _escaped(judgement.message),
            _escaped(shown),
            places(judgement.where),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _mends(findings: list[Finding], view: View) -> list[str]:
    """A line a rule with what to do, and a line a command that does it."""
    rules = dict.fromkeys(finding.rule for finding in findings)
    lines = [
        f"- **{rule}**: {_escaped(docs.mend)}" for rule in rules if (docs := view.docs.get(rule))
    ]
    fixes = dict.fromkeys(f.judgement.fix for f in findings if f.judgement.fix)
    return lines + [f"- {_code(fix)}" for fix in fixes]


def _code(text: str) -> str:
    """A code span (CommonMark 6.1): its fence is longer than any in it."""
    # A code span has no escapes: the full-width sign reads the same and begins no command.
    flat = " ".join(printed(text).replace("##", "＃#").split())
    fence = "`" * (max(map(len, re.findall("`+", flat)), default=0) + 1)
    return f"{fence} {flat} {fence}" if "`" in flat else f"`{flat}`"


def _stopped(report: Report) -> list[str]:
    """What was not looked at, and why."""
    lines = []
    for file in report.files:
        name = _escaped(file.file)
        if why := unknown_file(report, file):
            lines.append(f"{name}: {why}")
        for outcome, why in low_scores(report, file):
            lines.append(f"{name}: {outcome.rule}: {why}")
        for reason, rules in by_reason(file.crashes).items():
            lines.append(f"{name}: {_escaped(rules)} crashed: {_escaped(reason)}")
        for reason, rules in unexplained(file).items():
            lines.append(f"{name}: {_escaped(rules)} could not look: {_escaped(reason)}")
    return lines


def _escaped(text: str) -> str:
    """Text that stays text: names come from people, messages may quote files."""
    return " ".join(_SPECIAL.sub(r"\\\1", printed(text)).split())
