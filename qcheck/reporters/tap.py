"""For test harnesses: Test Anything Protocol 14, a point a rule and file.

A point is ``not ok`` where its rule keeps the gate shut; what does not apply is skipped with the
reason; the diagnostics hold what was found. Source: testanything.org, TAP 14 specification.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from qcheck.core.results import FileReport, Outcome, Report, Status
from qcheck.core.terminal import escape_json
from qcheck.core.wording import places
from qcheck.reporters import View
from qcheck.reporters._document import number
from qcheck.reporters._gate import blocks, nothing_checked, unknown_file
from qcheck.reporters._text import printed

__all__ = ["render", "wrote"]


# Readers of YAML refuse these even as escapes.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# A comment, which may stand anywhere but in front of the plan.
_MARK = "# qcheck"


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    return bool(re.match(rf"TAP version 14\n1\.\.\d+[^\n]*\n{_MARK}\n", head))


def render(report: Report, view: View) -> str:
    points = [point for file in report.files for point in _points(file, report)]
    if why := nothing_checked(report):
        points.append((False, f"qcheck: {why}", "", []))
    lines = ["TAP version 14", f"1..{len(points)}" + ("" if points else " # SKIP no file is left")]
    lines.append(_MARK)
    for count, (ok, description, directive, diagnostics) in enumerate(points, 1):
        lines.append(f"{'ok' if ok else 'not ok'} {count} - {description}{directive}")
        if diagnostics:
            lines += ["  ---", *(f"  {line}" for line in diagnostics), "  ..."]
    return "".join(f"{line}\n" for line in lines)


Point = tuple[bool, str, str, list[str]]


def _points(file: FileReport, report: Report) -> Iterator[Point]:
    if why := unknown_file(report, file):
        yield False, _plain(f"{file.file}: qcheck"), "", [f"message: {_quoted(why)}"]
    for outcome in file.outcomes:
        why = blocks(report, file, outcome)
        skipped = outcome.status is Status.SKIPPED and not why
        yield (
            why is None,
            _plain(f"{file.file}: {outcome.rule}"),
            f" # SKIP {_plain(outcome.reason)}" if skipped else "",
            [] if skipped else _diagnostics(file, outcome, why),
        )


def _diagnostics(file: FileReport, outcome: Outcome, why: str | None) -> list[str]:
    found = [j for j in outcome.judgements if j.severity is not None]
    if not found and why is None:
        return []
    lines = [f"message: {_quoted(why or found[0].message)}", f"file: {_quoted(file.file)}"]
    if found:
        lines.append("findings:")
    for judgement in found:
        fields = {
            "severity": judgement.severity.label if judgement.severity else None,
            "message": judgement.message,
            "measured": number(judgement.measured),
            "wanted": number(judgement.wanted),
            "unit": judgement.unit or None,
            "where": places(judgement.where) or None,
            "fix": judgement.fix,
        }
        told = [f"{key}: {_quoted(value)}" for key, value in fields.items() if value is not None]
        lines += [f"{'  - ' if i == 0 else '    '}{line}" for i, line in enumerate(told)]
    return lines


def _plain(text: str) -> str:
    """A description or a reason: a number sign would begin a directive, which may say ``skip``.

    TAP 14 would take a backslash before it, parsers of TAP 13 would not: the full-width sign reads
    the same and means nothing; the diagnostics hold the name as it is.
    """
    return " ".join(printed(text).replace("#", "＃").replace("\\", "\\\\").split())


def _quoted(value: float | str) -> str:
    """A YAML scalar: JSON is YAML but for characters that YAML does not print (1.2, 5.1, 5.4)."""
    told = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value
    return escape_json(json.dumps(told, ensure_ascii=False))
