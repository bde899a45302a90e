"""What a configuration may say: as a file to start from, as a JSON Schema, and as it stands."""

from __future__ import annotations

import dataclasses
import datetime
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core.rule import Rule
from qcheck.core.typed import toml_value
from qcheck.engine.config_edits import shown
from qcheck.engine.limits import limit_layers, resolve_limits
from qcheck.engine.options import Options
from qcheck.engine.registry import Rules
from qcheck.engine.settings import FAIL_ON, Ignore, Settings, closest_config, load_settings
from qcheck.engine.setup import rules_of, run_settings
from qcheck.targets.catalogue import find_target

__all__ = ["KEYS", "Value", "example", "schema", "table_text", "values"]


@dataclass(frozen=True)
class Key:
    """One key of the configuration: what it is for, and an example in TOML."""

    says: str
    example: str


KEYS = {
    "for": Key("The app that will render (`qcheck apps`): its limits hold.", '"omnihuman-1-5"'),
    "speakers": Key("How many people speak.", "1"),
    "select": Key(
        "The rules that run: names, codes, beginnings of codes (P, V2), a medium or ALL.",
        '["ALL"]',
    ),
    "extend-select": Key("Rules that run beside those.", "[]"),
    "ignore": Key("Rules that do not run.", '["background"]'),
    "preview": Key("Whether rules that are tried out run, too.", "false"),
    "fail-on": Key("The least severity that blocks: error, warning or never.", '"error"'),
    "min-score": Key("Files whose weakest score is lower block, 0 to 100.", "50"),
    "output-format": Key(
        "The formats (`qcheck formats`); FORMAT=FILE writes a file.", '["full", "json=qcheck.json"]'
    ),
    "plugins": Key(
        "Your own rules: files, or folders of them (`qcheck rule new` makes one).", "[]"
    ),
    "baseline": Key(
        "Findings that are known and do not count (`qcheck baseline update` writes them down).",
        '"qcheck-baseline.json"',
    ),
    "exclude": Key("Folders and files that a walk passes over.", '["drafts", "*.thumb.jpg"]'),
}

_IGNORE_KEYS = {
    "path": "A file, a folder or a glob, relative to the configuration; ** crosses folders.",
    "rules": "Rules that do not count there.",
    "reason": "Why they may stay.",
    "until": "The last day on which they may.",
}

# Those are the run's as a whole: the configuration closest to the working directory says.
_RUN_KEYS = {"fail-on", "min-score", "output-format", "baseline"}


def keys() -> Iterator[tuple[str, str]]:
    """Every plain key and the field that it is read into."""
    for field in dataclasses.fields(Settings):
        if field.name not in ("limits", "ignores", "origin"):
            yield field.name.rstrip("_").replace("_", "-"), field.name


def example(app: str | None = None) -> str:
    """A configuration to start from: every key with what it is for, none set but ``for``."""
    lines = [
        "# Configuration of qcheck. Every key may be left out; what is commented is not set.\n"
    ]
    for key, _ in keys():
        about = KEYS[key]
        setting = f'for = "{app}"' if key == "for" and app else f"# {key} = {about.example}"
        lines.append(f"# {about.says}\n{setting}\n")
    lines.append(
        "# Limits of a rule: `qcheck rule NAME` lists them.\n"
        "# [limits.face-resolution]\n# warn-below-px = 800\n"
    )
    lines.append(
        "# Findings that may stay, why, and until when: `qcheck ignore add` writes them.\n"
        '# [[ignores]]\n# path = "archive/**"\n# rules = ["face-resolution"]\n'
        '# reason = "scans of prints, kept for the record"\n# until = 2027-06-30\n'
    )
    return "\n".join(lines)


def schema(rules: Rules) -> dict[str, Any]:
    """JSON Schema of ``qcheck.toml`` with the limits of ``rules``."""
    hints = typing.get_type_hints(Settings)
    properties: dict[str, Any] = {}
    for key, name in keys():
        properties[key] = {"description": KEYS[key].says, **_type_schema(hints[name])}
    properties["fail-on"] = {"description": KEYS["fail-on"].says, "enum": list(FAIL_ON)}
    properties["min-score"] |= {"minimum": 0, "maximum": 100}
    properties["speakers"]["minimum"] = 1
    properties["limits"] = {
        "description": "Limits by rule.",
        **_object({rule.name: _limits_schema(rule) for rule in rules.all}),
    }
    ignore = typing.get_type_hints(Ignore)
    entry = {
        key: {"description": says, **_type_schema(ignore[key])}
        for key, says in _IGNORE_KEYS.items()
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


@dataclass(frozen=True)
class Value:
    """One setting as it holds: its key, its value in TOML's spelling, and where that stands."""

    key: str
    value: str
    origin: str
    """``default``, ``contract of APP``, a file with the line, or an option."""


def values(path: Path, options: Options, every_limit: bool = False) -> Iterator[Value]:
    """What holds for ``path``, a file or a folder."""
    folder = path if path.is_dir() else path.parent
    config = None if options.isolated else options.config or closest_config(folder)
    near = load_settings(config) if config else Settings()
    whole = run_settings(options)
    given = {"for": options.app, "speakers": options.speakers}
    for key, name in keys():
        settings = whole if key in _RUN_KEYS else near
        if given.get(key) is not None:
            yield Value(key, toml_value(given[key]), f"--{key}")
        else:
            value = getattr(settings, name)
            yield Value(
                key, "not set" if value is None else toml_value(value), _origin(settings, key)
            )
    rules = rules_of(dataclasses.replace(options, config=config) if config else options)
    yield from _limits(rules, near, options.app or near.for_, every_limit)
    for i, entry in enumerate(near.ignores):
        ends = f" until {entry.until}" if entry.until else ""
        expired = " (expired)" if entry.expired(datetime.date.today()) else ""
        says = f"{', '.join(entry.rules)} in {entry.path}{ends}{expired}: {entry.reason}"
        yield Value(f"ignores[{i}]", says, _origin(near, "path", "ignores", i))


def _limits(rules: Rules, near: Settings, app: str | None, every: bool) -> Iterator[Value]:
    target = find_target(app) if app else None
    contract = target.limits if target else {}
    layers = limit_layers(near, target, rules)
    for rule in rules.all:
        limits = resolve_limits(rule, layers)
        for field in dataclasses.fields(rule.limits):
            key = field.name.replace("_", "-")
            origin = "default"
            if target and key in contract.get(rule.name, {}):
                origin = f"contract of {target.app}"
            if key in near.limits.get(rule.name, {}):
                origin = _origin(near, key, f"limits.{rule.name}")
            if every or origin != "default":
                name = f"limits.{rule.name}.{key}"
                yield Value(name, toml_value(getattr(limits, field.name)), origin)


def _origin(settings: Settings, key: str, table: str = "", nth: int = 0) -> str:
    """The file and, where it can be told, the line that sets ``key``; else ``default``."""
    if settings.origin is None:
        return "default"
    text = settings.origin.read_text("utf-8")
    line = _line_of(text, key, table, nth, settings.origin.name == "pyproject.toml")
    if line is None:
        is_set = table or _is_set(settings, key)
        return shown(settings.origin) if is_set else "default"
    return f"{shown(settings.origin)}:{line}"


def _is_set(settings: Settings, key: str) -> bool:
    name = dict(keys())[key]
    return bool(getattr(settings, name) != getattr(Settings(), name))


def _line_of(text: str, key: str, table: str, nth: int, shared: bool) -> int | None:
    """The line that sets ``key`` of ``table``; dotted and inline tables are not looked into."""
    wanted = ".".join(part for part in ("tool.qcheck" if shared else "", table) if part)
    at = ""
    seen = -1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$", line):
            at = header[1].replace('"', "").replace("'", "")
            seen += at == wanted
        elif (
            at == wanted
            and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line)
            and (seen == nth or not table.startswith("ignores"))
        ):
            return number
    return None


def table_text(found: Iterable[Value]) -> str:
    """Columns for a terminal: key, value, where it stands."""
    rows = [(v.key, v.value, v.origin) for v in found]
    wide = [min(max((len(row[i]) for row in rows), default=0), (44, 40)[i]) for i in (0, 1)]
    return "".join(
        f"{key:<{wide[0]}}  {value:<{wide[1]}}  {origin}\n" for key, value, origin in rows
    )
