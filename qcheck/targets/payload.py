"""A payload checked against an app's contract: keys, types and choices."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qcheck.core.wording import briefly, shortened
from qcheck.targets.contract import Target
from qcheck.targets.payload_files import file_fields

__all__ = [
    "Misfit",
    "UnknownKey",
    "key_of",
    "misfits",
    "misfits_of",
    "most_misfits",
    "schema_errors",
    "unknown_keys",
]


@dataclass(frozen=True)
class UnknownKey:
    """A key that the app does not know, and the one that was probably meant."""

    key: str
    meant: str | None


@dataclass(frozen=True)
class Misfit:
    """An input that the app would refuse."""

    key: str
    """``media_files[0].file``; empty for the payload as a whole."""
    says: str
    """Completes "KEY …"."""
    missing: bool = False
    """Whether it is not there at all."""


def unknown_keys(target: Target, payload: Mapping[str, Any]) -> tuple[UnknownKey, ...]:
    """Keys that no input has.

    What was meant is the nearest name; failing that, the required input that is missing. The app
    takes a payload with a wrong key, ignores it, and fails for want of the right one.
    """
    known = target.input.get("properties", {})
    missing = [key for key in target.input.get("required", ()) if key not in payload]
    strangers = [key for key in payload if key not in known]
    free = [key for key in known if key not in payload]
    meant: dict[str, str | None] = dict.fromkeys(strangers)
    taken: set[str] = set()
    for ratio, stranger, key in _likeness(strangers, free):
        # A required key that is missing was meant sooner than one that nobody needs.
        enough = 0.5 if key in missing else 0.7
        if ratio >= enough and meant[stranger] is None and key not in taken:
            meant[stranger] = key
            taken.add(key)
    left = iter([key for key in missing if key not in taken])
    for key in strangers:
        if meant[key] is None:
            meant[key] = next(left, None)
    return tuple(UnknownKey(stranger, right) for stranger, right in meant.items())


# Comparing takes the time of both names' lengths, for each pair: whoever mistypes a key mistypes
# one or two, and none of this length.
_MOST_COMPARED = 50
_LONGEST_COMPARED = 100


def _likeness(strangers: Iterable[str], known: Iterable[str]) -> list[tuple[float, str, str]]:
    """How alike each pair is, 0 to 1, the most alike first."""
    short = (each for each in strangers if len(each) <= _LONGEST_COMPARED)
    return sorted(
        (
            (difflib.SequenceMatcher(None, stranger.lower(), key).ratio(), stranger, key)
            for stranger in itertools.islice(short, _MOST_COMPARED)
            for key in known
        ),
        reverse=True,
    )


MOST_MISFITS = 1000
"""How many values that do not fit are looked for: one is enough to refuse a payload."""


def misfits(target: Target, payload: Mapping[str, Any]) -> tuple[Misfit, ...]:
    """What the app's schema refuses, in the order of the keys."""
    found = dict.fromkeys(most_misfits(_misfits(target, payload)))
    # What holds of the payload as a whole has no key, and comes last where it speaks of the others.
    return tuple(sorted(found, key=lambda misfit: (misfit == _MORE, misfit.key)))


def _misfits(target: Target, payload: Mapping[str, Any]) -> Iterator[Misfit]:
    # A path is always taken: the command line and the SDK upload it and send what the app wants.
    files = {field.key for field in file_fields(target, payload)}
    try:
        for error in schema_errors({"type": "object", **target.input}, payload):
            if key_of(error.absolute_path) not in files:
                yield from misfits_of(error)
    except RecursionError:
        yield Misfit("", "is nested too deeply to be compared with what the app takes")


_MORE = Misfit("", f"has more that does not fit than the {MOST_MISFITS} that are named")


def most_misfits(found: Iterable[Misfit]) -> Iterator[Misfit]:
    """The first of ``found``, and in place of the others one that says that there are more."""
    for count, misfit in enumerate(found):
        if count == MOST_MISFITS:
            yield _MORE
            return
        yield misfit


def schema_errors(schema: Mapping[str, Any], value: Any) -> Iterator[Any]:
    """What JSON Schema has to say against ``value``."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    # Without a registry of its own jsonschema fetches what a schema refers to from the network.
    registry: Registry[Any] = Registry()
    return iter(Draft202012Validator(schema, registry=registry).iter_errors(value))


def misfits_of(error: Any) -> Iterator[Misfit]:
    """A validation error of jsonschema in words for a person."""
    key = key_of(error.absolute_path)
    wanted, got = error.validator_value, error.instance
    if error.validator == "required":
        within = f"{key}." if key else ""
        for missing in wanted:
            if missing not in got:
                yield Misfit(f"{within}{missing}", "is missing", missing=True)
    elif error.validator == "dependentRequired":
        for given, needs in wanted.items():
            for need in needs:
                if got.get(given) is not None and got.get(need) is None:
                    yield Misfit(need, f"is missing: {given} needs it")
    elif error.validator in ("anyOf", "oneOf") and all("required" in each for each in wanted):
        choices = " or ".join(" and ".join(each["required"]) for each in wanted)
        yield Misfit(key, f"needs {choices}")
    elif error.validator in ("anyOf", "oneOf"):
        yield Misfit(key, f"is {_kind(got)}, which is none of what the app takes")
    elif error.validator == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        words = " or ".join(_KINDS.get(str(kind), str(kind)) for kind in kinds if kind != "null")
        yield Misfit(key, f"is {_kind(got)}; {words} is wanted")
    elif error.validator == "enum":
        own = briefly(got) if isinstance(got, list | dict) else str(got)[:_LONGEST_COMPARED]
        near = difflib.get_close_matches(own, [str(each) for each in wanted], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        choices = ", ".join(str(each) for each in wanted[:12])
        yield Misfit(key, f"is {briefly(got)}, which is none of {choices}{hint}")
    elif error.validator == "minimum":
        yield Misfit(key, f"is {briefly(got)}; {wanted} is the least")
    elif error.validator == "maximum":
        yield Misfit(key, f"is {briefly(got)}; {wanted} is the most")
    else:
        yield Misfit(key, f"does not fit: {shortened(error.message, 200)}")


_KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    for kinds, word in ((str, "a text"), (int | float, "a number"), (list, "a list")):
        if isinstance(value, kinds):
            return word
    return "an object"


def key_of(path: Iterator[Any]) -> str:
    """``media_files[0].file`` for ``["media_files", 0, "file"]``."""
    key = ""
    for part in path:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return key
