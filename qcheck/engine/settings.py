"""Configuration: ``qcheck.toml`` or ``[tool.qcheck]`` of ``pyproject.toml``, the closest wins.

Keys are kebab-case. Whatever is unknown or of the wrong type is refused with the file and the key:
a limit that a typo switches off would be worse than none.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
import os
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from qcheck.core.bounds import Bounds
from qcheck.core.errors import UsageFault
from qcheck.core.typed import from_table

__all__ = [
    "FAIL_ON",
    "TABLES",
    "Ignore",
    "Settings",
    "closest_config",
    "load_settings",
]

TABLES = ("bounds", "limits", "ignores")
"""Keys that are tables of their own."""

FAIL_ON = ("error", "warning", "never")


_DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True)
class Ignore:
    """Rules that do not count for some paths, why, and until when."""

    path: str
    """A glob against the path relative to the configuration's folder; ``**`` crosses folders."""
    rules: tuple[str, ...]
    reason: str
    until: datetime.date | None = None

    def expired(self, today: datetime.date) -> bool:
        return self.until is not None and today > self.until


@dataclass(frozen=True)
class Settings:
    """What a configuration file may say. Every field is a key, in kebab-case."""

    for_: str | None = None
    """The app that the files are for (key ``for``)."""
    speakers: int | None = None
    select: tuple[str, ...] = ("ALL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    fail_on: str = "error"
    min_score: float | None = None
    output_format: tuple[str, ...] = ("full",)
    plugins: tuple[str, ...] = ()
    baseline: str | None = None
    """A file of findings that are known and do not count."""
    exclude: tuple[str, ...] = ()
    bounds: Bounds = _DEFAULT_BOUNDS
    """How much one file may take (table ``[bounds]``)."""
    limits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    origin: Path | None = None
    """The file that this came from; not a key."""

    @property
    def folder(self) -> Path:
        """What relative paths and globs of the configuration are relative to."""
        return self.origin.parent if self.origin else Path.cwd()

    @property
    def plugin_paths(self) -> tuple[Path, ...]:
        return tuple(self.folder / plugin for plugin in self.plugins)

    @property
    def baseline_path(self) -> Path | None:
        return None if self.baseline is None else self.folder / self.baseline

    def is_excluded(self, path: Path) -> bool:
        return any(_matches(path, pattern, self.folder) for pattern in self.exclude)

    def ignores_for(self, path: Path) -> list[Ignore]:
        return [entry for entry in self.ignores if _matches(path, entry.path, self.folder)]


def _matches(path: Path, pattern: str, folder: Path) -> bool:
    """Whether ``pattern`` names ``path`` or a folder that it is in."""
    try:
        # pathlib's resolve() refuses links that go round in circles.
        relative = Path(os.path.realpath(path)).relative_to(os.path.realpath(folder))
    except (ValueError, OSError):
        return False
    return any(_glob(part, pattern) for part in (relative, *relative.parents) if part.name)


def _glob(path: PurePath, pattern: str) -> bool:
    return _glob_pattern(pattern).match(path.as_posix()) is not None


@cache
def _glob_pattern(pattern: str) -> typing.Any:
    """``*`` and ``?`` stay within a folder, ``**`` does not; without a slash any folder will do.

    A slash in front names what lies in the configuration's own folder, as in .gitignore.
    """
    import re

    rooted = pattern.removesuffix("/")
    rooted = rooted[1:] if rooted.startswith("/") else rooted
    if "/" not in pattern.removesuffix("/"):
        rooted = f"**/{rooted}"
    out = ""
    i = 0
    while i < len(rooted):
        if rooted.startswith("**/", i):
            out, i = out + "(?:.*/)?", i + 3
        elif rooted.startswith("**", i):
            out, i = out + ".*", i + 2
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(rooted[i], re.escape(rooted[i]))
            i += 1
    return re.compile(out + r"\Z", re.DOTALL)


def closest_config(folder: Path) -> Path | None:
    """The nearest ``qcheck.toml``, or ``pyproject.toml`` with ``[tool.qcheck]``, upwards."""
    folder = folder.resolve()
    for parent in (folder, *folder.parents):
        if (own := parent / "qcheck.toml").is_file():
            return own
        if (shared := parent / "pyproject.toml").is_file() and _tool_table(shared) is not None:
            return shared
    return None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageFault(f"{path}: it is not TOML: {error}") from error


def _tool_table(path: Path) -> dict[str, Any] | None:
    try:
        table = _read_toml(path).get("tool", {}).get("qcheck")
    except UsageFault:
        # Somebody else's broken pyproject.toml is not ours to report.
        return None
    return table if isinstance(table, dict) else None


@cache
def load_settings(path: Path) -> Settings:
    """Read a configuration file. Raises UsageFault that names the file and the key."""
    table = _tool_table(path) if path.name == "pyproject.toml" else _read_toml(path)
    if table is None:
        raise UsageFault(f"{path}: there is no [tool.qcheck]")
    settings = from_table(Settings, table, str(path), skip=(*TABLES, "origin"))
    bounds = _bounds(table.get("bounds", {}), f"{path}: bounds")
    limits = table.get("limits", {})
    if not isinstance(limits, dict) or not all(isinstance(v, dict) for v in limits.values()):
        raise UsageFault(f"{path}: limits: tables named after rules are expected")
    entries = table.get("ignores", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageFault(f"{path}: ignores: a list of tables [[ignores]] is expected")
    ignores = tuple(
        from_table(Ignore, entry, f"{path}: ignores[{i}]") for i, entry in enumerate(entries)
    )
    for i, entry in enumerate(ignores):
        if not entry.reason.strip():
            raise UsageFault(f"{path}: ignores[{i}].reason: it must say why")
    if settings.fail_on not in FAIL_ON:
        raise UsageFault(f"{path}: fail-on: {settings.fail_on!r} is none of {', '.join(FAIL_ON)}")
    if settings.speakers is not None and settings.speakers < 1:
        raise UsageFault(f"{path}: speakers: at least 1 is expected, not {settings.speakers}")
    if settings.min_score is not None and not 0 <= settings.min_score <= 100:
        raise UsageFault(f"{path}: min-score: 0 to 100 is expected, not {settings.min_score:g}")
    return dataclasses.replace(settings, bounds=bounds, limits=limits, ignores=ignores, origin=path)


def _bounds(table: Any, where: str) -> Bounds:
    if not isinstance(table, dict):
        raise UsageFault(f"{where}: a table [bounds] is expected")
    bounds = from_table(Bounds, table, where)
    for each in dataclasses.fields(bounds):
        value = getattr(bounds, each.name)
        if not 0 < value < math.inf:
            key = each.name.replace("_", "-")
            raise UsageFault(f"{where}: {key}: a number above 0 is expected, not {value:g}")
    return bounds
