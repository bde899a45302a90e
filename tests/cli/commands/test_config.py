"""`qcheck config`: settings as a table or as JSON, and the schema."""

from __future__ import annotations

import json
from pathlib import Path

from command import qcheck


def test_settings_are_a_table_or_json(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("preview = true\n")
    table = qcheck("config", "show", cwd=tmp_path).stdout.splitlines()
    rows = json.loads(qcheck("config", "show", "--json", cwd=tmp_path).stdout)
    assert {"key": "preview", "value": "true", "origin": "qcheck.toml:1"} in rows
    assert [line.split()[0] for line in table] == [row["key"] for row in rows]


def test_the_schema_of_the_built_in_rules_alone(folder: Path) -> None:
    schema = json.loads(qcheck("config", "schema", cwd=folder).stdout)
    isolated = json.loads(qcheck("config", "schema", "--isolated", cwd=folder).stdout)
    limits, built_in = (s["properties"]["limits"]["properties"] for s in (schema, isolated))
    assert set(limits) - set(built_in) == {"size"}
