"""Tables of TOML and JSON into dataclasses, every key and type checked.

Whatever is unknown or of the wrong type is refused with its place: a limit that a typo switches off
would be worse than none.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import json
import math
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from qcheck.core.errors import UsageFault
from qcheck.core.wording import briefly, shortened

__all__ = ["from_table", "near", "toml_value", "typed"]

T = TypeVar("T")

# No key is as long; comparing takes time with the length.
_LONGEST_COMPARED = 100


def from_table(
    cls: type[T],
    table: Mapping[str, Any],
    where: str,
    *,
    skip: tuple[str, ...] = (),
    base: T | None = None,
) -> T:
    """Make a dataclass from a TOML table, or change ``base`` by it, checking keys and types."""
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    keys = {name.rstrip("_").replace("_", "-"): name for name in fields}
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = keys.get(key)
        if name in skip and name != "origin":
            continue
        if name is None or name == "origin":
            raise UsageFault(f"{where}: {shortened(key)}: no such key{near(key, keys)}")
        values[name] = typed(value, hints[name], f"{where}: {key}")
    if base is not None:
        return dataclasses.replace(base, **values)  # type: ignore[type-var]
    for name, f in fields.items():
        required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        if required and name not in values:
            raise UsageFault(f"{where}: {name.replace('_', '-')} is missing")
    return cls(**values)


def near(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key[:_LONGEST_COMPARED], list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def typed(value: Any, wanted: Any, where: str) -> Any:
    """Return ``value`` as ``wanted``; a whole number is a number, a list is a tuple.

    Raises UsageFault for anything else.
    """
    is_union = typing.get_origin(wanted) in (types.UnionType, typing.Union)
    options = typing.get_args(wanted) if is_union else (wanted,)
    for option in options:
        # TOML's nan is no number: no measurement exceeds it.
        if option is float and type(value) in (int, float) and not math.isnan(value):
            return float(value)
        if option in (int, str, bool) and type(value) is option:
            return value
        if option is datetime.date and type(value) is datetime.date:
            return value
        if typing.get_origin(option) is tuple and isinstance(value, list | tuple):
            item = typing.get_args(option)[0]
            return tuple(typed(v, item, f"{where}[{i}]") for i, v in enumerate(value))
    expected = " or ".join(_TYPE_NAMES.get(o, "a list") for o in options if o is not types.NoneType)
    raise UsageFault(f"{where}: {expected} is expected, not {briefly(value)}")


_TYPE_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime.date: "a date",
}


def toml_value(value: Any) -> str:
    """A default in TOML's spelling; TOML has no null, so no limit is told in words."""
    if value is None:
        return "no limit"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, str):
        # A pattern is easiest to read, and to copy, between single quotes.
        literal = "\\" in value and "'" not in value and value.isprintable()
        return f"'{value}'" if literal else json.dumps(value, ensure_ascii=False)
    return f"{value:g}" if isinstance(value, float) else str(value)
