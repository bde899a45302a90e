"""For programs: everything in one document, stable field for field.

`qcheck formats schema json` prints its JSON Schema.
"""

from __future__ import annotations

import json
import re
from typing import Any

from qcheck.core.results import Report
from qcheck.core.terminal import escape_json
from qcheck.reporters import View
from qcheck.reporters._document import SCHEMA_VERSION, file_document, outcomes, run_fields

__all__ = ["SCHEMA_VERSION", "render", "wrote"]


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    return bool(re.match(r'\{\s*"schema_version": \d+,\s*"qcheck_version": "', head))


def render(report: Report, view: View) -> str:
    # File by file: all at once costs a gigabyte of memory for 4,000 files.
    files = [
        _dumped({**file_document(file, report), "outcomes": outcomes(file, view.root)}, "    ")
        for file in report.files
    ]
    run = _dumped(run_fields(report), "").removesuffix("\n}")
    listed = "[\n    " + ",\n    ".join(files) + "\n  ]" if files else "[]"
    return escape_json(f'{run},\n  "files": {listed}\n}}\n')


def _dumped(document: dict[str, Any], indent: str) -> str:
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    # No text of JSON holds a line feed: each is one between values.
    return text.replace("\n", f"\n{indent}")
