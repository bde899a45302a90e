"""The published JSON Schemas (draft 2020-12) of `json` and of a line of `jsonl`."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

__all__ = ["SCHEMAS", "report_schema", "schema_text"]

SCHEMAS = {"json": "report", "jsonl": "line"}
"""What of the schema file describes the format, by format."""


def report_schema(name: str) -> dict[str, Any]:
    """Return the schema of the format ``name``, complete in itself."""
    text = resources.files("qcheck.reporters").joinpath("schema.json").read_text("utf-8")
    shared: dict[str, Any] = json.loads(text)
    what = SCHEMAS[name]
    return {
        "$schema": shared["$schema"],
        "$id": f"urn:qcheck:{name}:{shared['version']}",
        "title": shared["titles"][what],
        "$ref": f"#/$defs/{what}",
        "$defs": shared["$defs"],
    }


def schema_text(name: str) -> str:
    return json.dumps(report_schema(name), indent=2, ensure_ascii=False) + "\n"
