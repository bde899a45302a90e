"""Configuration: ``qcheck.toml`` or ``[tool.qcheck]`` of ``pyproject.toml``, the closest wins.

Keys are kebab-case. Whatever is unknown or of the wrong type is refused with the file and the key:
a limit that a typo switches off would be worse than none.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from qcheck.core.bounded_parsing import NotParsed, load_toml
from qcheck.core.bounded_reading import read_regular
from qcheck.core.bounds import Bounds
from qcheck.core.errors import UsageFault
from qcheck.core.typed import from_table
from qcheck.engine.globs import LONGEST, Glob

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

# A lock file of a large project that somebody wrote into its pyproject.toml is smaller.
_MOST_BYTES = 16_000_000
_MOST_PATTERNS = 10_000
# Wherever it stands: a table that cannot be read must not switch itself off.
_SAYS_SOMETHING_OF_QCHECK = re.compile(r"\btool\b[\s.\"']{1,9}qcheck\b")


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
    glob = Glob(pattern)
    inner = (part for part in (relative, *relative.parents) if part.name)
    return any(glob.matches(part.as_posix()) for part in inner)


def closest_config(folder: Path) -> Path | None:
    """The nearest ``qcheck.toml``, or ``pyproject.toml`` with ``[tool.qcheck]``, upwards.

    Raises UsageFault where it cannot be known whether there is one.
    """
    folder = folder.resolve()
    for parent in (folder, *folder.parents):
        own, shared = parent / "qcheck.toml", parent / "pyproject.toml"
        try:
            if own.is_file():
                return own
            if shared.is_file() and _tool_table(shared) is not None:
                return shared
        except OSError as error:
            raise UsageFault(f"{error.filename}: {error.strerror or error}") from error
    return None


def _read_text(path: Path) -> str:
    try:
        return read_regular(path, _MOST_BYTES).decode("utf-8")
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageFault(f"{path}: it is not TOML: {error}") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return load_toml(_read_text(path))
    except NotParsed as error:
        raise UsageFault(f"{path}: {error}") from error


def _tool_table(path: Path) -> dict[str, Any] | None:
    text = _read_text(path)
    try:
        tool = load_toml(text).get("tool", {})
    except NotParsed as error:
        if _SAYS_SOMETHING_OF_QCHECK.search(text):
            raise UsageFault(f"{path}: {error}") from error
        # Somebody else's broken pyproject.toml is not ours to report.
        return None
    table = tool.get("qcheck") if isinstance(tool, dict) else None
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
    _check_patterns([*settings.exclude, *(entry.path for entry in ignores)], path)
    if settings.fail_on not in FAIL_ON:
        raise UsageFault(f"{path}: fail-on: {settings.fail_on!r} is none of {', '.join(FAIL_ON)}")
    if settings.speakers is not None and settings.speakers < 1:
        raise UsageFault(f"{path}: speakers: at least 1 is expected, not {settings.speakers}")
    if settings.min_score is not None and not 0 <= settings.min_score <= 100:
        raise UsageFault(f"{path}: min-score: 0 to 100 is expected, not {settings.min_score:g}")
    return dataclasses.replace(settings, bounds=bounds, limits=limits, ignores=ignores, origin=path)


def _check_patterns(patterns: list[str], path: Path) -> None:
    if len(patterns) > _MOST_PATTERNS:
        raise UsageFault(f"{path}: exclude and ignores: at most {_MOST_PATTERNS:,} are taken")
    if long := next((pattern for pattern in patterns if len(pattern) > LONGEST), None):
        raise UsageFault(f"{path}: the pattern {long[:40]}… is longer than {LONGEST} characters")


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
