"""`qcheck formats`: what there is, and its schemas."""

from __future__ import annotations

import json
from pathlib import Path

from command import qcheck


def test_formats_are_listed_and_their_schemas_printed(folder: Path) -> None:
    listed = qcheck("formats", cwd=folder).stdout.splitlines()
    for name in ("json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown", "tap", "csv"):
        assert any(line.startswith(f"{name} ") for line in listed)
    schema = json.loads(qcheck("formats", "schema", cwd=folder).stdout)
    assert schema["$id"] == "urn:qcheck:json:1"
    assert "$defs" in json.loads(qcheck("formats", "schema", "jsonl", cwd=folder).stdout)
    for unknown in ("sarif", "nothing-like-it"):
        ran = qcheck("formats", "schema", unknown, cwd=folder)
        assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
