"""For merge requests of GitLab: its Code Quality report.

A list of issues with what GitLab asks for (``description``, ``check_name``, ``fingerprint``,
``severity``, ``location``) and what the Code Climate specification, which it follows, asks for
beside it. Source: GitLab documentation, "Code Quality report format".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from qcheck.core.results import FileReport, Report, Severity
from qcheck.core.terminal import escape_json
from qcheck.core.wording import places
from qcheck.engine.fingerprints import fingerprint, fingerprints, identity
from qcheck.reporters import View
from qcheck.reporters._gate import is_unexplained, low_scores, unknown_file
from qcheck.reporters._text import printed, project_path

__all__ = ["render", "wrote"]

# GitLab knows info, minor, major, critical and blocker.
_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format; an empty list may be."""
    # The format has no place for a name of ours, but no other tool begins a description so.
    ours = re.match(
        r'\[\s*\{\s*"type": "issue",\s*"check_name": "(.+?)",\s*"description": "\1: ', head
    )
    return bool(ours) or head.strip() == "[]"


def render(report: Report, view: View) -> str:
    issues = [issue for file in report.files for issue in _issues(file, report, view)]
    return escape_json(json.dumps(issues, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _issues(file: FileReport, report: Report, view: View) -> Iterator[dict[str, Any]]:
    of = identity(file, view.root)
    path = project_path(file, view.root)
    for outcome in file.crashes:
        mark = fingerprint(outcome.rule, of, about="crashed")
        yield _issue(path, outcome.rule, "blocker", f"It crashed: {outcome.reason}", mark)
    if why := unknown_file(report, file):
        yield _issue(path, "qcheck", "blocker", why, fingerprint("qcheck", of, about="unknown"))
    for outcome in file.outcomes:
        if is_unexplained(file, outcome):
            mark = fingerprint(outcome.rule, of, about="unmeasured")
            message = f"It could not be checked: {outcome.reason}"
            yield _issue(path, outcome.rule, "blocker", message, mark)
    for outcome, why in low_scores(report, file):
        mark = fingerprint(outcome.rule, of, about="score")
        yield _issue(path, outcome.rule, "blocker", why, mark)
    for finding, mark in fingerprints(file, view.root):
        judgement = finding.judgement
        where = f" ({places(judgement.where)})" if judgement.where else ""
        issue = _issue(
            path, finding.rule, _SEVERITIES[finding.severity], judgement.message + where, mark
        )
        if docs := view.docs.get(finding.rule):
            issue["content"] = {"body": f"{docs.why}\n\n{docs.mend}"}
        yield issue


def _issue(path: str, rule: str, severity: str, message: str, mark: str) -> dict[str, Any]:
    return {
        "type": "issue",
        "check_name": rule,
        "description": " ".join(printed(f"{rule}: {message}").split()),
        "categories": ["Style"],
        "fingerprint": mark,
        "severity": severity,
        # A picture has no lines, and GitLab shows no issue without one.
        "location": {"path": path, "lines": {"begin": 1, "end": 1}},
    }
