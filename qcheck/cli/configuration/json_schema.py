"""The JSON Schema of a configuration, for editors and validators."""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing
from collections.abc import Mapping
from typing import Any

from qcheck.cli.configuration.keys import BOUND_KEYS, IGNORE_KEYS, KEYS, config_keys
from qcheck.core.bounds import Bounds
from qcheck.core.rule import Rule
from qcheck.engine.registry import Rules
from qcheck.engine.settings import FAIL_ON, Ignore, Settings

__all__ = ["config_schema"]


def config_schema(rules: Rules) -> dict[str, Any]:
    """JSON Schema of ``qcheck.toml`` with the limits of ``rules``."""
    hints = typing.get_type_hints(Settings)
    properties: dict[str, Any] = {}
    for key, name in config_keys():
        properties[key] = {"description": KEYS[key].says, **_type_schema(hints[name])}
    properties["fail-on"] = {"description": KEYS["fail-on"].says, "enum": list(FAIL_ON)}
    properties["min-score"] |= {"minimum": 0, "maximum": 100}
    properties["speakers"]["minimum"] = 1
    properties["limits"] = {
        "description": "Limits by rule.",
        **_object({rule.name: _limits_schema(rule) for rule in rules.all}),
    }
    properties["bounds"] = {
        "description": "How much one file may take; more is never clean.",
        **_object(
            {
                key: {
                    "description": says,
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "default": value,
                }
                for (key, says), value in zip(
                    BOUND_KEYS.items(), dataclasses.astuple(Bounds()), strict=True
                )
            }
        ),
    }
    ignore = typing.get_type_hints(Ignore)
    entry = {
        key: {"description": says, **_type_schema(ignore[key])} for key, says in IGNORE_KEYS.items()
    }
    entry["reason"]["pattern"] = r"\S"
    properties["ignores"] = {
        "description": "Findings that may stay.",
        "type": "array",
        "items": {**_object(entry), "required": ["path", "rules", "reason"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of qcheck",
        **_object(properties),
    }


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _limits_schema(rule: Rule) -> dict[str, Any]:
    hints = typing.get_type_hints(rule.limits)
    defaults = rule.limits()
    properties = {}
    for field in dataclasses.fields(rule.limits):
        default = getattr(defaults, field.name)
        told = {} if default is None else {"default": _plain(default)}
        properties[field.name.replace("_", "-")] = {**_type_schema(hints[field.name]), **told}
    return {"description": rule.docs.summary, **_object(properties)}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _type_schema(hint: Any) -> dict[str, Any]:
    """The schema of a type that :mod:`qcheck.engine.settings` reads; TOML has no null."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        options = [o for o in typing.get_args(hint) if o is not types.NoneType]
        if len(options) > 1:
            return {"anyOf": [_type_schema(option) for option in options]}
        hint = options[0]
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _type_schema(typing.get_args(hint)[0])}
    if hint is datetime.date:
        return {"type": "string", "format": "date"}
    names = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": names[hint]}
