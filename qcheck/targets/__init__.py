"""What an app of inference.sh takes, one data file an app, and how those files are read.

A contract's ``[limits.RULE]`` tables stand between a rule's defaults and the user's configuration.
Every fact in a contract has a source and the date on which it was read.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from qcheck.errors import UsageFault

__all__ = ["Target", "all_targets", "find_target"]


@dataclass(frozen=True)
class Source:
    """Where a fact stands, and when it was read there."""

    says: str
    where: str
    read: str


@dataclass(frozen=True)
class Target:
    """One app's contract, as far as portraits and recordings go."""

    app: str
    summary: str
    takes: tuple[str, ...]
    """Media that the app takes: ``portrait``, ``voice``, ``video``."""
    max_speakers: int
    limits: Mapping[str, Mapping[str, Any]]
    """Rule name to limit name (kebab-case) to value."""
    sources: tuple[Source, ...]

    @property
    def short_name(self) -> str:
        return self.app.partition("/")[2]


def parse(text: str, name: str) -> Target:
    """Read a contract. Raises UsageFault that names the file."""
    try:
        data = tomllib.loads(text)
        return Target(
            app=data["app"],
            summary=data["summary"],
            takes=tuple(data["takes"]),
            max_speakers=int(data["max-speakers"]),
            limits=data.get("limits", {}),
            sources=tuple(Source(**source) for source in data["source"]),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UsageFault(f"the contract {name} cannot be read: {error}") from error


@cache
def all_targets() -> tuple[Target, ...]:
    """Every contract that qcheck ships, by name."""
    files = (f for f in resources.files(__package__).iterdir() if f.name.endswith(".toml"))
    return tuple(
        sorted((parse(f.read_text("utf-8"), f.name) for f in files), key=lambda target: target.app)
    )


def find_target(name: str) -> Target | None:
    """Return the contract of ``namespace/app``, ``app`` or either with ``@version``.

    None where ``name`` is a full app name that nobody described: the generic limits hold, and the
    report says so. Raises UsageFault where it can only be a mistake.
    """
    wanted = name.partition("@")[0]
    for target in all_targets():
        if wanted in (target.app, target.short_name):
            return target
    if wanted.count("/") == 1 and all(wanted.split("/")):
        return None
    known = [target.short_name for target in all_targets()]
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "`qcheck apps` lists them"
    raise UsageFault(f"there is no app {name!r}; {hint}")
