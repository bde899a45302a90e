"""What a payload names or holds, however its contract and its values are written."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from qcheck.targets.catalogue import find_target
from qcheck.targets.contract import Target
from qcheck.targets.payload_files import file_fields, held_inline, named_values
from qcheck.targets.updates import Update


def contract(app: str) -> Target:
    target = find_target(app)
    assert target is not None
    return target


def described(properties: dict[str, Any], **more: Any) -> Target:
    return Update("x/y", {"properties": properties, **more}, "2026-01-01").over(None)


def test_files_are_found_in_lists_and_as_objects() -> None:
    payload = {"media_files": [{"file": "a.mp4"}, {"file": {"path": "b.mp4"}}]}
    found = file_fields(contract("media-merger"), payload)
    assert [(each.key, each.value) for each in found] == [
        ("media_files[0].file", "a.mp4"),
        ("media_files[1].file", "b.mp4"),
    ]


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema = {
        "properties": {"a": {"$ref": "#/$defs/N"}},
        "$defs": {"N": {"properties": {"n": {"$ref": "#/$defs/N"}, "file": {"format": "file"}}}},
    }
    target = Update("x/y", schema, "2026-01-01").over(None)
    payload = {"a": {"n": {"n": {"file": "deep.png"}}}}
    assert [each.key for each in file_fields(target, payload)] == ["a.n.n.file"]


FILE = {"File": {"title": "File", "type": "object"}}


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "file"},
        {"$ref": "#/$defs/File"},
        {"$ref": "#/$defs/Alias"},
        {"$ref": "#/properties/other"},
        {"$ref": "#/$defs/a~1b%20c"},
        {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/File"}]},
        {"allOf": [{"$ref": "#/$defs/File"}], "title": "The picture"},
        {"oneOf": [{"anyOf": [{"allOf": [{"$ref": "#/$defs/File"}]}]}]},
        {"if": {"type": "string"}, "then": {"$ref": "#/$defs/File"}},
    ],
)
def test_a_file_is_found_however_its_schema_is_written(schema: dict[str, Any]) -> None:
    definitions = {**FILE, "Alias": {"$ref": "#/$defs/File"}, "a/b c": FILE["File"]}
    target = described({"image": schema, "other": FILE["File"]}, **{"$defs": definitions})
    assert [each.value for each in file_fields(target, {"image": "a.png"})] == ["a.png"]


def test_files_are_found_under_names_that_no_schema_lists() -> None:
    image = {"format": "file"}
    target = described(
        {
            "named": {"type": "object", "additionalProperties": image},
            "pair": {"prefixItems": [{"type": "string"}, image], "items": image},
        }
    )
    payload = {"named": {"x": "a.png", "y": "b.png"}, "pair": ["text", "c.png", "d.png"]}
    found = {each.key: each.value for each in file_fields(target, payload)}
    assert found == {
        "named.x": "a.png",
        "named.y": "b.png",
        "pair[1]": "c.png",
        "pair[2]": "d.png",
    }


def test_of_a_path_and_an_address_in_one_object_both_count() -> None:
    both = {"image": {"path": "a.png", "uri": "https://example.org/b.png"}, "audio": ""}
    found = file_fields(contract("omnihuman-1-5"), both)
    assert [each.value for each in found] == ["a.png", "https://example.org/b.png", ""]


def test_a_schema_with_many_ways_to_one_value_is_followed_once() -> None:
    twice = {"properties": {"n": {"$ref": "#/$defs/N"}}}
    target = described(
        {"a": {"$ref": "#/$defs/N"}}, **{"$defs": {"N": {"anyOf": [twice, dict(twice)]}}}
    )
    payload: dict[str, Any] = {}
    for _ in range(60):
        payload = {"n": payload}
    assert file_fields(target, {"a": payload}) == ()


def test_keys_of_values_do_not_grow_with_every_level() -> None:
    payload: Any = "x"
    for _ in range(300):
        payload = {"k" * 1000: payload}
    assert [len(key) for key, _ in named_values(payload)] == [120]


def test_what_is_held_is_decoded_with_and_without_line_breaks() -> None:
    data = bytes(range(256)) * 3
    text = base64.encodebytes(data).decode()
    for value in (text, text.replace("\n", ""), f"data:image/png;base64,{text}"):
        held = held_inline(value)
        assert held is not None
        assert held.data == data
    assert held_inline("words are no base64, " * 9) is None
