"""Annotations of GitHub Actions, the severest first: a step shows only the first ten of a kind.

The command syntax and its escapes are those of actions/toolkit's ``command.ts``.
"""

from __future__ import annotations

from qcheck.reporters import View
from qcheck.results import Report, Severity
from qcheck.wording import by_reason, places, unexplained

__all__ = ["render"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, view: View) -> str:
    lines = []
    for file in report.files:
        for reason, rules in by_reason(file.crashes).items():
            lines.append(_command("error", file.file, f"{rules} crashed", reason))
        for reason, rules in unexplained(file).items():
            lines.append(_command("error", file.file, f"{rules} could not look", reason))
    for finding in sorted(report.findings, key=lambda f: -f.severity):
        judgement = finding.judgement
        where = f" ({places(judgement.where)})" if judgement.where else ""
        lines.append(
            _command(
                _COMMANDS[finding.severity],
                finding.file,
                f"{finding.rule} ({finding.code})",
                judgement.message + where,
            )
        )
    return "".join(f"{line}\n" for line in lines)


def _command(kind: str, file: str, title: str, message: str) -> str:
    return (
        f"::{kind} file={_property(file)},title={_property(f'qcheck: {title}')}::{_data(message)}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
