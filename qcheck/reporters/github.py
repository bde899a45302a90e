"""For GitHub Actions: annotations, the severest first, and the rest in the step summary.

A step shows the first ten annotations of a kind, so no more are made; errors and warnings that are
left stand in the log as plain lines above the verdict, and all of it in the file that
``GITHUB_STEP_SUMMARY`` names. The command syntax and its escapes are those of actions/toolkit's
``command.ts``.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from qcheck.core.results import Report, Severity
from qcheck.core.terminal import Finished, escape_commands
from qcheck.core.wording import by_reason, places, summary, unexplained
from qcheck.reporters import View, markdown
from qcheck.reporters._gate import low_scores, nothing_checked, unknown_file
from qcheck.reporters._text import flat, printed, project_path

__all__ = ["MOST", "render", "side_reports", "wrote"]

MOST = 10
"""Annotations of a kind that a step shows (GitHub documentation, "Workflow commands")."""

# GitHub takes 1 MiB of summary a step and shows nothing of more.
_MOST_SUMMARY_BYTES = 1_000_000

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

Annotation = tuple[str, str | None, str, str]
"""Kind, file, title, message."""


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    begins = re.match(r"(::(error|warning|notice) title=|)qcheck(: |%3A )", head)
    last = tail.rstrip("\n").rpartition("\n")[2]
    return bool(begins) and last.startswith("qcheck: ")


def render(report: Report, view: View) -> str:
    lines, rest = [], []
    made: Counter[str] = Counter()
    for kind, file, title, message in _annotations(report, view.root):
        made[kind] += 1
        if made[kind] <= MOST:
            lines.append(_command(kind, file, title, message))
        elif kind != _COMMANDS[Severity.INFO]:
            # Not at the start of a line: a name that reads like a command must not be one.
            rest.append(f"qcheck: {kind}: {file}: {title}: {message}")
    rest.append(f"qcheck: {summary(report)}")
    lines += [escape_commands(flat(line)) for line in rest]
    # Finished: its own lines are commands, and what they quote is escaped.
    return Finished("".join(f"{line}\n" for line in lines))


def side_reports(report: Report, view: View) -> Mapping[Path, str]:
    """The whole report as Markdown, for the step's summary where there is one."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return {}
    text = markdown.render(report, view)
    if len(text.encode()) > _MOST_SUMMARY_BYTES:
        kept = text.encode()[:_MOST_SUMMARY_BYTES].decode(errors="ignore")
        text = kept[: kept.rfind("\n") + 1] + "\nThe report is longer than a summary may be.\n"
    return {Path(place): text}


def _annotations(report: Report, root: Path) -> Iterator[Annotation]:
    if why := nothing_checked(report):
        yield "error", None, "nothing checked", why
    # GitHub resolves paths against the repository, wherever the step runs.
    paths = {file.file: project_path(file, root) for file in report.files}
    for file in report.files:
        path = paths[file.file]
        for reason, rules in by_reason(file.crashes).items():
            yield "error", path, f"{rules} crashed", reason
        for reason, rules in unexplained(file).items():
            yield "error", path, f"{rules} could not look", reason
        for outcome, why in low_scores(report, file):
            yield "error", path, f"{outcome.rule} ({outcome.code})", why
        if why := unknown_file(report, file):
            yield "error", path, "unknown file", why
    for finding in sorted(report.findings, key=lambda f: -f.severity):
        judgement = finding.judgement
        where = f" ({places(judgement.where)})" if judgement.where else ""
        yield (
            _COMMANDS[finding.severity],
            paths[finding.file],
            f"{finding.rule} ({finding.code})",
            judgement.message + where,
        )


def _command(kind: str, file: str | None, title: str, message: str) -> str:
    properties = {"title": f"qcheck: {title}"}
    if file is not None:
        properties |= {"file": file, "line": "1"}
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{kind} {told}::{_data(message)}"


def _data(text: str) -> str:
    whole = escape_commands(printed(text))
    return whole.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
