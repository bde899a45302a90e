"""For programs: everything in one document, stable field for field.

`qcheck formats schema json` prints its JSON Schema.
"""

from __future__ import annotations

import json

from qcheck.reporters import View
from qcheck.reporters._document import SCHEMA_VERSION, file_fields, outcomes, run_fields
from qcheck.results import Report

__all__ = ["SCHEMA_VERSION", "render"]


def render(report: Report, view: View) -> str:
    document = {
        **run_fields(report),
        "files": [
            {**file_fields(file, report), "outcomes": outcomes(file, view.root)}
            for file in report.files
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
