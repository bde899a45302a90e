"""What an app of inference.sh takes, one data file an app, and how those files are read.

A contract's ``[limits.RULE]`` tables stand between a rule's defaults and the user's configuration.
Every fact in a contract has a source and the date on which it was read.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.targets.updates import read_update, updates_folder

__all__ = ["Price", "Source", "Target", "all_targets", "find_target"]


@dataclass(frozen=True)
class Source:
    """Where a fact stands, and when it was read there."""

    says: str
    where: str
    read: str


@dataclass(frozen=True)
class Price:
    """What a second of finished video costs, for inputs with the values of ``when``."""

    usd_per_second: float
    when: Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """One app's contract."""

    app: str
    summary: str
    takes: tuple[str, ...]
    """Media that the app takes: ``portrait``, ``voice``, ``video``, …"""
    max_speakers: int
    limits: Mapping[str, Mapping[str, Any]]
    """Rule name to limit name (kebab-case) to value."""
    sources: tuple[Source, ...]
    input: Mapping[str, Any]
    """JSON Schema of the payload."""
    roles: Mapping[str, str]
    """What an input's content is for: a medium, or ``picture`` for one that need be no portrait;
    ``video or picture`` where the app takes both.
    ``media_files[].file`` is the ``file`` of each item of ``media_files``."""
    output: Mapping[str, str] = field(default_factory=dict)
    """What the app makes: the key in its answer, and the medium."""
    prices: tuple[Price, ...] = ()
    expression: str | None = None
    """What the portrait's face should do, where the app says."""

    def price_usd(self, seconds: float, payload: Mapping[str, Any]) -> float | None:
        """What a clip of that length costs; None where no price is published."""
        for price in self.prices:
            given = {name: payload.get(name, self._default(name)) for name in price.when}
            if given == dict(price.when):
                return price.usd_per_second * seconds
        return None

    def _default(self, name: str) -> Any:
        return self.input.get("properties", {}).get(name, {}).get("default")

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
            input=data["input"],
            roles=data.get("roles", {}),
            output=data.get("output", {}),
            prices=tuple(
                Price(float(price["usd-per-second"]), price.get("when", {}))
                for price in data.get("price", ())
            ),
            expression=data.get("expression"),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UsageFault(f"the contract {name} cannot be read: {error}") from error


@cache
def all_targets() -> tuple[Target, ...]:
    """Every contract: those that qcheck ships, under those that ``qcheck apps update`` took in."""
    files = (f for f in resources.files(__package__).iterdir() if f.name.endswith(".toml"))
    known = {target.app: target for target in (parse(f.read_text("utf-8"), f.name) for f in files)}
    try:
        updates = sorted(updates_folder().glob("*.json"))
    except PermissionError:
        # The home of somebody else, as in a container: nothing there was taken in for us.
        updates = []
    for path in updates:
        update = read_update(path.read_text("utf-8"), str(path))
        known[update.app] = update.over(known.get(update.app))
    return tuple(sorted(known.values(), key=lambda target: target.app))


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
