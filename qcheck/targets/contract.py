"""What an app takes, as a contract says it, and how a contract is read.

A contract's ``[limits.RULE]`` tables stand between a rule's defaults and the user's configuration.
Every fact in a contract has a source and the date on which it was read. A contract is checked when
it is loaded: a limit, a medium or a key that a typo switches off would be worse than none. Whether
its limits are those of rules that exist is checked where the rules are known, with the
configuration's (:mod:`qcheck.engine.limits`).
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qcheck.core.bounded_parsing import NotParsed, load_toml
from qcheck.core.errors import UsageFault
from qcheck.core.media import MEDIA
from qcheck.core.typed import from_table, near
from qcheck.core.wording import shortened

__all__ = ["Price", "Source", "Target", "check_schema", "parse", "referred"]


@dataclass(frozen=True)
class Source:
    """Where a fact is written, and when it was read there."""

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


@dataclass(frozen=True)
class _Head:
    """The keys of a contract that hold a single value."""

    app: str
    summary: str
    takes: tuple[str, ...]
    max_speakers: int
    expression: str | None = None


@dataclass(frozen=True)
class _PriceTable:
    usd_per_second: float


_TABLES = ("limits", "roles", "input", "output")
_LISTS = ("source", "price")
_HEAD = ("app", "summary", "takes", "max-speakers", "expression")


def parse(text: str, name: str) -> Target:
    """Read a contract. Raises UsageFault that names the file and the key."""
    where = f"the contract {name}"
    try:
        data = load_toml(text)
    except NotParsed as error:
        raise UsageFault(f"{where}: {error}") from error
    keys = (*_HEAD, *_TABLES, *_LISTS)
    for key, value in data.items():
        if key not in keys:
            raise UsageFault(f"{where}: {key}: no such key{near(key, keys)}")
        if key in _TABLES and not isinstance(value, dict):
            raise UsageFault(f"{where}: {key}: a table is expected, not {value!r}")
        if key in _LISTS and not _is_list_of_tables(value):
            raise UsageFault(f"{where}: {key}: tables [[{key}]] are expected, not {value!r}")
    head = from_table(_Head, {key: data[key] for key in _HEAD if key in data}, where)
    target = Target(
        app=head.app,
        summary=head.summary,
        takes=head.takes,
        max_speakers=head.max_speakers,
        limits=data.get("limits", {}),
        sources=tuple(
            from_table(Source, table, f"{where}: source[{i}]")
            for i, table in enumerate(data.get("source", ()))
        ),
        input=data.get("input", {}),
        roles=data.get("roles", {}),
        output=data.get("output", {}),
        prices=tuple(
            _price(table, f"{where}: price[{i}]") for i, table in enumerate(data.get("price", ()))
        ),
        expression=head.expression,
    )
    _check(target, where)
    return target


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _price(table: Mapping[str, Any], where: str) -> Price:
    rest = {key: value for key, value in table.items() if key != "when"}
    when = table.get("when", {})
    if not isinstance(when, dict):
        raise UsageFault(f"{where}: when: a table is expected, not {when!r}")
    return Price(from_table(_PriceTable, rest, where).usd_per_second, when)


def check_schema(schema: Mapping[str, Any], where: str) -> None:
    """Raise UsageFault for a schema that says something elsewhere, or nothing where it says so.

    A contract stands by itself: what it refers to is neither fetched nor passed over.
    """
    if not isinstance(schema.get("properties", {}), Mapping):
        raise UsageFault(f"{where}: input.properties: a table of inputs is expected")
    required = schema.get("required", ())
    if not isinstance(required, list | tuple) or not all(isinstance(k, str) for k in required):
        raise UsageFault(f"{where}: input.required: a list of inputs is expected")
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        if not isinstance(part, Mapping):
            continue
        waiting += part.values()
        reference = part.get("$ref")
        if isinstance(reference, str) and not isinstance(referred(part, schema), Mapping | bool):
            raise UsageFault(
                f"{where}: it refers to {shortened(reference)}, which is not in it: nothing that "
                "a contract refers to is fetched"
            )


def referred(part: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """What ``$ref`` points to within the schema (RFC 6901); None for anything else."""
    reference = part.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found: Any = root
    for name in reference.removeprefix("#").split("/")[1:]:
        name = urllib.parse.unquote(name).replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _check(target: Target, where: str) -> None:
    """See to it that what a contract names exists. Raises UsageFault."""
    check_schema(target.input, where)
    properties = target.input.get("properties")
    if not properties:
        raise UsageFault(f"{where}: input.properties: the app's inputs are missing")
    if target.app.count("/") != 1 or not all(target.app.split("/")):
        raise UsageFault(f"{where}: app: an app is called NAMESPACE/NAME, not {target.app!r}")
    if target.max_speakers < 1:
        raise UsageFault(f"{where}: max-speakers: must be at least 1, not {target.max_speakers}")
    if not target.sources:
        raise UsageFault(f"{where}: source: every fact needs one, and there is none")
    _check_words(target.takes, MEDIA, f"{where}: takes", "medium")
    _check_words(target.input.get("required", ()), properties, f"{where}: input.required", "input")
    for rule, limits in target.limits.items():
        if not isinstance(limits, Mapping):
            raise UsageFault(f"{where}: limits.{rule}: a table is expected, not {limits!r}")
    for key, role in target.roles.items():
        place = f"{where}: roles.{key}"
        _check_words([key.partition("[")[0]], properties, place, "input")
        _check_words(str(role).split(" or "), MEDIA, place, "medium")
    for key, medium in target.output.items():
        _check_words([medium], MEDIA, f"{where}: output.{key}", "medium")
    for i, price in enumerate(target.prices):
        if price.usd_per_second < 0:
            raise UsageFault(f"{where}: price[{i}]: must be at least 0")
        _check_words(price.when, properties, f"{where}: price[{i}].when", "input")


def _check_words(words: Iterable[object], known: Iterable[str], where: str, kind: str) -> None:
    names = list(known)
    for word in words:
        if word not in names:
            raise UsageFault(f"{where}: there is no {kind} {word!r}{near(str(word), names)}")
