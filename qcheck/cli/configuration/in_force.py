"""Which settings are in force for a file or a folder, and where each is set."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qcheck.cli.configuration.edits import path_from_here
from qcheck.cli.configuration.keys import config_keys
from qcheck.core.bounds import Bounds, narrower
from qcheck.core.terminal import one_line
from qcheck.core.typed import toml_value
from qcheck.engine.limits import limit_layers, resolve_limits
from qcheck.engine.options import Options
from qcheck.engine.registry import Rules
from qcheck.engine.settings import Settings, closest_config, load_settings
from qcheck.engine.setup import rules_of, run_settings
from qcheck.targets.catalogue import find_target

__all__ = ["SettingInForce", "settings_in_force", "settings_table", "where_set"]

# These belong to the run as a whole, so the configuration closest to the working directory decides.
_RUN_KEYS = {"fail-on", "min-score", "output-format", "baseline"}


@dataclass(frozen=True)
class SettingInForce:
    """One setting: its key, its value in TOML's spelling, and where it is set."""

    key: str
    value: str
    origin: str
    """``default``, ``contract of APP``, a file with the line, or an option."""


def settings_in_force(
    path: Path, options: Options, every_limit: bool = False
) -> Iterator[SettingInForce]:
    """The settings for ``path``, a file or a folder."""
    folder = path if path.is_dir() else path.parent
    config = None if options.isolated else options.config or closest_config(folder)
    near = load_settings(config) if config else Settings()
    whole = run_settings(options)
    given = {"for": options.app, "speakers": options.speakers}
    for key, name in config_keys():
        settings = whole if key in _RUN_KEYS else near
        if given.get(key) is not None:
            yield SettingInForce(key, toml_value(given[key]), f"--{key}")
        else:
            value = getattr(settings, name)
            yield SettingInForce(
                key, "not set" if value is None else toml_value(value), _origin(settings, key)
            )
    yield from _bounds(near, options, every_limit)
    rules = rules_of(dataclasses.replace(options, config=config) if config else options)
    yield from _limits(rules, near, options.app or near.for_, every_limit)
    for i, entry in enumerate(near.ignores):
        ends = f" until {entry.until}" if entry.until else ""
        expired = " (expired)" if entry.expired(datetime.date.today()) else ""
        says = f"{', '.join(entry.rules)} in {entry.path}{ends}{expired}: {entry.reason}"
        yield SettingInForce(f"ignores[{i}]", says, _origin(near, "path", "ignores", i))


def _bounds(near: Settings, options: Options, every: bool) -> Iterator[SettingInForce]:
    in_force = near.bounds if options.config else narrower(near.bounds, Bounds())
    for field in dataclasses.fields(in_force):
        key = field.name.replace("_", "-")
        value = getattr(in_force, field.name)
        is_set = value != field.default
        if every or is_set:
            origin = _origin(near, key, "bounds") if is_set else "default"
            yield SettingInForce(f"bounds.{key}", toml_value(value), origin)


def _limits(rules: Rules, near: Settings, app: str | None, every: bool) -> Iterator[SettingInForce]:
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
                yield SettingInForce(name, toml_value(getattr(limits, field.name)), origin)


def where_set(settings: Settings, key: str, *, value: str) -> str:
    """The file and, where it can be determined, the line at which ``key`` gets ``value``."""
    if settings.origin is None:
        return "default"
    lines = settings.origin.read_text("utf-8").splitlines()
    file, _, number = _origin(settings, key).rpartition(":")
    if not number.isdecimal():
        return path_from_here(settings.origin)
    # A list may take several lines, and the file name be written with escapes.
    at = int(number)
    return f"{file}:{next((i for i in range(at, len(lines) + 1) if value in lines[i - 1]), at)}"


def _origin(settings: Settings, key: str, table: str = "", nth: int = 0) -> str:
    """The file and, where it can be determined, the line that sets ``key``; else ``default``."""
    if settings.origin is None:
        return "default"
    text = settings.origin.read_text("utf-8")
    line = _line_of(text, key, table, nth, settings.origin.name == "pyproject.toml")
    if line is None:
        is_set = table or _is_set(settings, key)
        return path_from_here(settings.origin) if is_set else "default"
    return f"{path_from_here(settings.origin)}:{line}"


def _is_set(settings: Settings, key: str) -> bool:
    name = dict(config_keys())[key]
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


def settings_table(found: Iterable[SettingInForce]) -> str:
    """Columns for a terminal: key, value, where it stands."""
    rows = [tuple(map(one_line, (v.key, v.value, v.origin))) for v in found]
    wide = [min(max((len(row[i]) for row in rows), default=0), (44, 40)[i]) for i in (0, 1)]
    return "".join(
        f"{key:<{wide[0]}}  {value:<{wide[1]}}  {origin}\n" for key, value, origin in rows
    )
