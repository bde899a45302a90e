"""For streams and databases: a JSON object a line, for each rule and file, each file, the run.

The fields are those of `json`; ``kind`` says what a line tells of: ``outcome``, ``file`` (after its
outcomes) or ``run`` (the last line: a file without it was cut short).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qcheck.core.results import Report
from qcheck.core.terminal import escape_json
from qcheck.reporters import View
from qcheck.reporters._document import file_document, outcomes, run_fields

__all__ = ["render", "wrote"]


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    last = tail.rstrip("\n").rpartition("\n")[2]
    return head.startswith('{"kind": "') and last.startswith('{"kind": "run", "schema_version": ')


def render(report: Report, view: View) -> str:
    # With what are line ends to Unicode (UAX 14) and to some readers, though not to JSON.
    return escape_json(
        "".join(
            json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n"
            for line in _lines(report, view)
        )
    )


def _lines(report: Report, view: View) -> Iterator[dict[str, Any]]:
    for file in report.files:
        for outcome in outcomes(file, view.root):
            yield {"kind": "outcome", "file": file.file, "medium": file.medium, **outcome}
        yield {"kind": "file", **file_document(file, report)}
    yield {"kind": "run", **run_fields(report)}
