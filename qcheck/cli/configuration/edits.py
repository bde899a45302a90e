"""Changes to a user's configuration file; comments, order and layout stay as they are."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array

from qcheck.core.atomic import write_whole
from qcheck.core.errors import UsageFault
from qcheck.engine.settings import closest_config, load_settings

__all__ = ["add_ignore", "add_plugin", "config_to_edit", "path_from_here"]


def path_from_here(path: Path) -> str:
    """The path as a person who is here names it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def config_to_edit(config: Path | None) -> Path:
    """The configuration to change: the one named, the closest, or a new one in this folder.

    Raises UsageFault where a link would have the new one written elsewhere.
    """
    if (place := config or closest_config(Path.cwd())) is not None:
        return place
    new = Path.cwd() / "qcheck.toml"
    if new.is_symlink():
        raise UsageFault(f"{new} is a link to a file that is not there: nothing was written")
    return new


def add_plugin(config: Path, plugin: str) -> None:
    """Name a file of rules in ``plugins``. Raises UsageFault, and then nothing is changed."""

    def change(table: Any) -> None:
        listed = table.get("plugins")
        if listed is None:
            table["plugins"] = [plugin]
        elif plugin not in listed:
            listed.append(plugin)

    def expected(table: dict[str, Any]) -> None:
        if plugin not in table.setdefault("plugins", []):
            table["plugins"].append(plugin)

    _change(config, change, expected)


def add_ignore(
    config: Path, path: str, rules: list[str], reason: str, until: datetime.date | None
) -> None:
    """Add an entry to ``ignores``. Raises UsageFault, and then nothing is changed."""
    entry: dict[str, Any] = {"path": path, "rules": rules, "reason": reason}
    if until is not None:
        entry["until"] = until

    def change(table: Any) -> None:
        listed = table.get("ignores")
        if isinstance(listed, Array):
            inline = tomlkit.inline_table()
            inline.update(entry)
            listed.append(inline)
            return
        one = tomlkit.table()
        one.update(entry)
        if listed is None:
            listed = tomlkit.aot()
            listed.append(one)
            table["ignores"] = listed
        else:
            assert isinstance(listed, AoT)
            listed[-1].add(tomlkit.nl())
            listed.append(one)

    def expected(table: dict[str, Any]) -> None:
        table.setdefault("ignores", []).append(entry)

    _change(config, change, expected)


def _change(path: Path, change: Callable[[Any], None], expected: Callable[[Any], None]) -> None:
    """Change the file's table, and write it only if it says what it said and the change."""
    before = _read(path)
    if before is not None:
        # What qcheck would refuse is not touched either.
        load_settings.cache_clear()
        load_settings(path)
    document = tomlkit.parse(before or "")
    plain = tomllib.loads(before or "")
    shared = path.name == "pyproject.toml"
    change(document["tool"]["qcheck"] if shared else document)
    expected(plain["tool"]["qcheck"] if shared else plain)
    after = tomlkit.dumps(document)
    if not _says(after, plain):
        raise UsageFault(
            f"{path}: its layout cannot be changed safely by a program: edit it yourself"
        )
    _replace(path, after)
    load_settings.cache_clear()


def _says(text: str, table: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == table
    except tomllib.TOMLDecodeError:
        # A table of tables within an inline table, say.
        return False


def _read(path: Path) -> str | None:
    try:
        # Line ends stay as they are.
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _replace(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
