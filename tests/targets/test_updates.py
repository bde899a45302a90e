"""Contracts that follow the platform: what is taken in, kept, and laid over what was known."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.targets.contract import Source, Target
from qcheck.targets.updates import (
    Update,
    read_update,
    save_update,
    schema_in,
    updates_folder,
)

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"text": {"type": "string"}}}
OTHER: dict[str, Any] = {"type": "object", "properties": {"video": {"type": "string"}}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where updates lie, and nowhere else."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "qcheck" / "apps"


def test_what_is_saved_is_read_back_with_its_day(folder: Path) -> None:
    path = save_update("studio/talker", SCHEMA)
    assert updates_folder() == folder
    assert (path.parent, path.name) == (folder, "studio__talker.json")
    assert read_update(path.read_text("utf-8"), str(path)) == Update(
        "studio/talker", SCHEMA, datetime.date.today().isoformat()
    )


def test_a_newer_update_replaces_the_older_one(folder: Path) -> None:
    save_update("studio/talker", OTHER)
    path = save_update("studio/talker", SCHEMA)
    assert list(folder.iterdir()) == [path]
    assert read_update(path.read_text("utf-8"), "").input == SCHEMA


@pytest.mark.parametrize(
    "app", ["talker", "studio/", "/talker", "a/b/c", "../talker/x", "studio/talker\n", "st udio/x"]
)
def test_an_app_that_is_not_called_so_is_refused_and_nothing_is_written(
    folder: Path, app: str
) -> None:
    with pytest.raises(UsageFault, match="an app is called NAMESPACE/NAME, not"):
        save_update(app, SCHEMA)
    assert not folder.exists()


@pytest.mark.parametrize("app", ["falai/fabric-1-0", "Studio/Talker_2.1"])
def test_an_app_is_called_as_the_platform_calls_them(app: str) -> None:
    assert read_update(save_update(app, SCHEMA).read_text("utf-8"), "").app == app


def test_a_folder_that_cannot_be_made_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a file"))
    with pytest.raises(UsageFault, match=r"studio__talker\.json: Not a directory$"):
        save_update("studio/talker", SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"app": "a/b"}',
        '{"app": "a/b", "input": {}}',
        '{"app": "a/b", "input": 3, "read": "2026-01-01"}',
    ],
)
def test_what_we_did_not_write_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(UsageFault, match=r"^apps/x\.json: "):
        read_update(text, "apps/x.json")


def nested(schema: object) -> list[object]:
    """What has been seen of, or may come from, `infsh app get NAME --json`."""
    return [
        schema,
        {"input_schema": schema, "output_schema": OTHER},
        {"output_schema": OTHER, "version": {"input_schema": schema}},
        {"output": OTHER, "inputSchema": schema},
        {"Output_Schema": OTHER, "x": [3, {"input": schema}]},
        {"version": {"input_schema": json.dumps(schema)}},
        [{"name": "x"}, {"input": json.dumps(schema)}],
        {"input": {"note": "no schema"}, "version": {"input_schema": schema}},
        {"aaa": "{ no JSON", "zzz": schema},
    ]


@pytest.mark.parametrize("printed", nested(SCHEMA))
def test_the_input_schema_is_found_wherever_it_stands(printed: object) -> None:
    assert schema_in(json.dumps(printed)) == SCHEMA


def test_properties_of_an_object_that_says_no_type_are_a_schema() -> None:
    assert schema_in('{"properties": {}}') == {"properties": {}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        "null",
        "3",
        '"text"',
        '{"output_schema": {"properties": {}}}',
        '{"properties": []}',
        '{"type": "array", "properties": {}}',
    ],
)
def test_what_holds_no_schema_is_refused(text: str) -> None:
    with pytest.raises(UsageFault, match=r"it is no JSON|it holds no input schema"):
        schema_in(text)


TALKER = Target(
    app="studio/talker",
    summary="Makes a picture talk",
    takes=("portrait", "voice"),
    max_speakers=2,
    limits={"duration": {"fail-above-s": 12}},
    sources=(Source("all", "our own code", "2026-01-01"),),
    input={**OTHER, "dependentRequired": {"a": ["b"]}, "anyOf": [{}], "oneOf": [{}]},
    roles={"image": "portrait"},
)


def test_an_update_replaces_the_inputs_and_nothing_else() -> None:
    updated = Update("studio/talker", SCHEMA, "2026-02-03").over(TALKER)
    # Relations between inputs are written in words only.
    relations = {"dependentRequired": {"a": ["b"]}, "anyOf": [{}]}
    assert updated.input == {**SCHEMA, **relations}
    assert updated.sources[:-1] == TALKER.sources
    assert (updated.sources[-1].where, updated.sources[-1].read) == (
        "the platform itself",
        "2026-02-03",
    )
    unchanged = dataclasses.replace(updated, input=TALKER.input, sources=TALKER.sources)
    assert unchanged == TALKER


@pytest.mark.parametrize(
    ("described", "summary"),
    [({"description": "Talks."}, "Talks"), ({}, "Taken in from the platform")],
)
def test_an_app_that_nobody_described_gets_a_bare_contract(
    described: dict[str, str], summary: str
) -> None:
    made = Update("studio/new", {**SCHEMA, **described}, "2026-02-03").over(None)
    assert (made.app, made.summary, made.max_speakers) == ("studio/new", summary, 1)
    assert (made.takes, made.limits, made.roles) == ((), {}, {})
    assert [source.read for source in made.sources] == ["2026-02-03"]


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)


@given(values)
def test_anything_else_is_searched_or_refused_and_never_a_crash(value: object) -> None:
    try:
        found = schema_in(json.dumps(value))
    except UsageFault:
        return
    assert isinstance(found["properties"], dict)


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"properties": {"a": {"type": 5}}}', "the input schema cannot be used: at properties/a"),
        ('{"properties": {"a": {"$ref": "http://x/"}}}', "refers to http://x/, which is not in it"),
    ],
)
def test_a_schema_that_cannot_be_followed_is_not_taken_in(printed: str, says: str) -> None:
    with pytest.raises(UsageFault, match=re.escape(says)):
        schema_in(printed)


@pytest.mark.parametrize(
    "kept",
    [
        "[]",
        "null",
        '{"app": "a/b", "input": [], "read": "x"}',
        '{"app": "../b", "input": {}, "read": "x"}',
        '{"app": "a/b", "input": {"properties": 3}, "read": "x"}',
        '{"app": "a/b", "input": {"required": [1]}, "read": "x"}',
        "[" * 100_000,
        "\ufeff{}",
    ],
)
def test_a_kept_contract_of_wrong_types_is_refused_with_its_file(kept: str) -> None:
    with pytest.raises(UsageFault, match=r"^kept\.json: "):
        read_update(kept, "kept.json")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": [[]], "properties": {"text": {}}},
        {"type": "a thing", "properties": {"text": {}}},
        {"type": "object", "properties": {"text": []}},
        {"type": "object", "properties": {"text": {"type": 0.5}}},
        {"type": "object", "properties": {"text": {"pattern": 5}}},
    ],
)
def test_a_kept_contract_whose_schema_is_none_is_refused_with_its_file(
    schema: dict[str, Any],
) -> None:
    """A payload that is checked against it would end in a crash."""
    kept = json.dumps({"app": "studio/talker", "read": "2026-01-01", "input": schema})
    with pytest.raises(UsageFault, match=r"x\.json: .* its input schema cannot be used: at "):
        read_update(kept, "x.json")
