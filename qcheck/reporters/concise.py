"""One line a finding, for grep and for editors: `file: severity rule: message`."""

from __future__ import annotations

import re

from qcheck.core.results import Report, Severity
from qcheck.core.terminal import finished, in_front
from qcheck.core.wording import by_reason, plural, unexplained, verdict
from qcheck.reporters import View
from qcheck.reporters._tables import statistics_table
from qcheck.reporters._text import flat

__all__ = ["STATISTICS", "render", "wrote"]

STATISTICS = True


# A finding, or the verdict, which --quiet leaves out.
_FINDING = r".+: ((error|warning|info) [^ ]+ \([A-Z]+\d+\): |(crashed|unchecked) [^ ]+: )"
_VERDICT = r"(ready|blocked|crashed|unchecked): \d+ errors?, \d+ warnings? in \d+ files?"


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    last = tail.rstrip("\n").rpartition("\n")[2]
    return bool(re.fullmatch(_VERDICT, last) or re.match(_FINDING, head))


def render(report: Report, view: View) -> str:
    lines = []
    for file in report.files:
        name = in_front(file.file)
        for finding in file.findings:
            if finding.severity is Severity.INFO and not view.verbose:
                continue
            lines.append(
                f"{name}: {finding.severity.label} {finding.rule} ({finding.code}): "
                f"{flat(finding.judgement.message)}"
            )
        for reason, rules in by_reason(file.crashes).items():
            lines.append(f"{name}: crashed {rules}: {flat(reason)}")
        for reason, rules in unexplained(file).items():
            lines.append(f"{name}: unchecked {rules}: {flat(reason)}")
    if view.statistics:
        lines += statistics_table(report).splitlines()
    if not view.quiet:
        lines += [f"note: {flat(note)}" for note in report.notes]
        counts = report.counts()
        lines.append(
            f"{verdict(report)}: {plural(counts['error'], 'error')}, "
            f"{plural(counts['warning'], 'warning')} in {plural(len(report.files), 'file')}"
        )
    return finished("".join(f"{line}\n" for line in lines))
