"""Contracts that follow the platform: an app's own input schema, over what qcheck ships."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core import user_folders
from qcheck.core.atomic import write_whole
from qcheck.core.bounded_parsing import NotParsed, load_json
from qcheck.core.errors import UsageFault
from qcheck.core.wording import shortened
from qcheck.targets.contract import Source, Target, check_schema

__all__ = [
    "MAX_UPDATE_BYTES",
    "Update",
    "read_update",
    "save_update",
    "schema_in",
    "updates_folder",
]

MAX_UPDATE_BYTES = 10_000_000
"""A thousand times the longest schema that an app publishes."""

_APP = re.compile(r"[a-z0-9_-]+/[a-z0-9._-]+", re.IGNORECASE)


@dataclass(frozen=True)
class Update:
    """One app's schema as the platform printed it, and the day it was taken in."""

    app: str
    input: Mapping[str, Any]
    read: str

    def over(self, shipped: Target | None) -> Target:
        """The contract with this schema: limits, prices and roles stay as they were known."""
        source = Source("the inputs, their types and choices", "the platform itself", self.read)
        if shipped is not None:
            # Relations between inputs are told in words only, so they outlive an update.
            kept = {
                key: shipped.input[key]
                for key in ("dependentRequired", "anyOf")
                if key in shipped.input
            }
            return dataclasses.replace(
                shipped, input={**self.input, **kept}, sources=(*shipped.sources, source)
            )
        return Target(
            app=self.app,
            summary=str(self.input.get("description") or "Taken in from the platform").rstrip("."),
            takes=(),
            max_speakers=1,
            limits={},
            sources=(source,),
            input=self.input,
            roles={},
        )


def updates_folder() -> Path:
    """Where contracts lie that ``qcheck apps update`` took in."""
    return user_folders.data_folder() / "apps"


def read_update(text: str, where: str) -> Update:
    """Read what :func:`save_update` wrote. Raises UsageFault that names the file."""
    try:
        data = load_json(text)
        update = Update(app=data["app"], input=data["input"], read=data["read"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageFault(f"{where}: no contract of qcheck's: {error}") from error
    if not isinstance(update.input, dict) or not isinstance(update.read, str):
        raise UsageFault(f"{where}: no contract of qcheck's: its input is no schema")
    if not isinstance(update.app, str) or not _APP.fullmatch(update.app):
        raise UsageFault(f"{where}: no contract of qcheck's: {update.app!r} is not an app")
    _require_valid(update.input, f"{where}: no contract of qcheck's: its input schema")
    check_schema(update.input, where)
    return update


def schema_in(text: str) -> Mapping[str, Any]:
    """The input schema in what ``infsh app get NAME --json`` printed, wherever it stands in it.

    Raises UsageFault where there is none.
    """
    try:
        data = load_json(text)
    except NotParsed as error:
        raise UsageFault(str(error)) from error
    try:
        found = _find_schema(data)
    except RecursionError as error:
        raise UsageFault("its JSON is nested too deeply") from error
    if found is None:
        raise UsageFault("it holds no input schema: no object with properties was found")
    _require_valid(found, "the input schema")
    check_schema(found, "the input schema")
    return found


def _require_valid(schema: Mapping[str, Any], what: str) -> None:
    """Raise UsageFault for what is no JSON Schema: what it says would be passed over."""
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path)) or "its top"
        raise UsageFault(
            f"{what} cannot be used: at {shortened(where)}: {shortened(error.message)}"
        ) from error


def _find_schema(data: Any) -> Mapping[str, Any] | None:
    if isinstance(data, str) and data.lstrip().startswith("{"):
        try:
            return _find_schema(load_json(data))
        except NotParsed:
            return None
    if isinstance(data, list):
        return next((found for each in data if (found := _find_schema(each))), None)
    if not isinstance(data, Mapping):
        return None
    for key in ("input_schema", "inputSchema", "input"):
        if key in data and (found := _find_schema(data[key])):
            return found
    if isinstance(data.get("properties"), Mapping) and data.get("type", "object") == "object":
        return data
    nested = (value for key, value in data.items() if "output" not in key.lower())
    return next((found for value in nested if (found := _find_schema(value))), None)


def save_update(app: str, schema: Mapping[str, Any]) -> Path:
    """Keep ``schema`` as the contract of ``namespace/app``. Raises UsageFault for another name."""
    if not _APP.fullmatch(app):
        raise UsageFault(f"an app is called NAMESPACE/NAME, not {app!r}")
    path = updates_folder() / f"{app.replace('/', '__')}.json"
    update = {"app": app, "input": schema, "read": datetime.date.today().isoformat()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(update, indent=1))
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    return path
