"""For streams and databases: a JSON object a line, for each rule and file, each file, the run.

The fields are those of `json`; ``kind`` says what a line tells of: ``outcome``, ``file`` (after its
outcomes) or ``run`` (the last line: a file without it was cut short).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qcheck.core.results import Report
from qcheck.reporters import View
from qcheck.reporters._document import file_document, outcomes, run_fields

__all__ = ["render"]

# Line ends to Unicode (UAX 14) and to some readers, though not to JSON.
_SEPARATORS = {i: f"\\u{i:04x}" for i in (0x85, 0x2028, 0x2029)}


def render(report: Report, view: View) -> str:
    return "".join(
        json.dumps(line, ensure_ascii=False, allow_nan=False).translate(_SEPARATORS) + "\n"
        for line in _lines(report, view)
    )


def _lines(report: Report, view: View) -> Iterator[dict[str, Any]]:
    for file in report.files:
        for outcome in outcomes(file, view.root):
            yield {"kind": "outcome", "file": file.file, "medium": file.medium, **outcome}
        yield {"kind": "file", **file_document(file, report)}
    yield {"kind": "run", **run_fields(report)}
