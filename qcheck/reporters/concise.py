"""One line a finding, for grep and for editors: `file: severity rule: message`."""

from __future__ import annotations

from qcheck.core.results import Report, Severity
from qcheck.core.wording import by_reason, plural, unexplained, verdict
from qcheck.reporters import View
from qcheck.reporters._tables import statistics_table

__all__ = ["STATISTICS", "render"]

STATISTICS = True


def render(report: Report, view: View) -> str:
    lines = []
    for file in report.files:
        for finding in file.findings:
            if finding.severity is Severity.INFO and not view.verbose:
                continue
            lines.append(
                f"{finding.file}: {finding.severity.label} {finding.rule} ({finding.code}): "
                f"{finding.judgement.message}"
            )
        for reason, rules in by_reason(file.crashes).items():
            lines.append(f"{file.file}: crashed {rules}: {reason}")
        for reason, rules in unexplained(file).items():
            lines.append(f"{file.file}: unchecked {rules}: {reason}")
    if view.statistics:
        lines += statistics_table(report).splitlines()
    if not view.quiet:
        lines += [f"note: {note}" for note in report.notes]
        counts = report.counts()
        lines.append(
            f"{verdict(report)}: {plural(counts['error'], 'error')}, "
            f"{plural(counts['warning'], 'warning')} in {plural(len(report.files), 'file')}"
        )
    return "".join(f"{line}\n" for line in lines)
