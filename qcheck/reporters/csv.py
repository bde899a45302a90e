"""For spreadsheets: a row for every judgement and for every rule that gave none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Report
from qcheck.core.wording import places
from qcheck.engine.fingerprints import fingerprints
from qcheck.reporters import View
from qcheck.reporters._document import number
from qcheck.reporters._text import printed

__all__ = ["COLUMNS", "render", "wrote"]

COLUMNS = (
    *("file", "medium", "rule", "code", "status", "severity", "score"),
    *("measured", "wanted", "unit", "message", "where", "places"),
    *("start_s", "end_s", "left_px", "top_px", "right_px", "bottom_px"),
    *("fix", "fingerprint"),
)
"""``message`` is the reason where a rule was skipped or crashed; the numbers of the place are those
of the first of so many ``places``."""

# What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What a CI service takes for a command at the start of a line, see :mod:`qcheck.core.terminal`.
_COMMAND = ("::", "~~~", "^^^ ")


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    return head.replace("\r\n", "\n").startswith(",".join(COLUMNS) + "\n")


def render(report: Report, view: View) -> str:
    text = io.StringIO()
    # RFC 4180 (2.1) ends lines with CR LF.
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for file in report.files:
        for row in _rows(file, view):
            writer.writerow({key: _cell(value) for key, value in row.items()})
    return text.getvalue()


def _rows(file: FileReport, view: View) -> Iterator[dict[str, Any]]:
    prints = {id(finding.judgement): mark for finding, mark in fingerprints(file, view.root)}
    for outcome in file.outcomes:
        if not outcome.judgements:
            yield _row(file, outcome) | {"message": outcome.reason}
        for judgement in outcome.judgements:
            mark = prints.get(id(judgement), "")
            yield _row(file, outcome) | _judged(judgement) | {"fingerprint": mark}


def _row(file: FileReport, outcome: Outcome) -> dict[str, Any]:
    return {
        "file": file.file,
        "medium": file.medium,
        "rule": outcome.rule,
        "code": outcome.code,
        "status": outcome.status.value,
    }


def _judged(judgement: Judgement) -> dict[str, Any]:
    row: dict[str, Any] = {
        "severity": judgement.severity.label if judgement.severity else "",
        "score": number(judgement.score),
        "measured": number(judgement.measured),
        "wanted": number(judgement.wanted),
        "unit": judgement.unit,
        "message": judgement.message,
        "where": places(judgement.where),
        "places": len(judgement.where),
        "fix": judgement.fix,
    }
    for kind in (Span, Box):
        first = next((where for where in judgement.where if isinstance(where, kind)), None)
        if first is not None:
            row |= {name: number(getattr(first, name)) for name in first.__dataclass_fields__}
    return row


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # A cell of several lines could begin one of them with anything.
    text = re.sub(r"\s*\n\s*", " ", printed(value)).replace("##", "＃#")
    odd = text.startswith(_FORMULA) or text.lstrip().startswith(_COMMAND)
    return f"'{text}" if odd else text
