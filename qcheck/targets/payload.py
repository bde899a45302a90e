"""A payload held against an app's contract: keys, types, choices, and the files that it names."""

from __future__ import annotations

import base64
import difflib
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qcheck.core.job import Job
from qcheck.targets.contract import Target

__all__ = [
    "FileField",
    "Held",
    "Inline",
    "Misfit",
    "UnknownKey",
    "file_fields",
    "held_inline",
    "inlines",
    "is_remote",
    "key_of",
    "local_path",
    "misfits",
    "misfits_of",
    "named_values",
    "unknown_keys",
]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)

# What an input is for, where only its name can tell.
_ROLES = (
    ("video", "video"),
    ("audio", "voice"),
    ("voice", "voice"),
    ("speech", "voice"),
    ("portrait", "portrait"),
    ("image", "portrait"),
    ("face", "portrait"),
)


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


@dataclass(frozen=True)
class FileField:
    """A file that the payload names."""

    key: str
    value: str
    role: str
    """A medium, ``picture``, or several with ``or`` between them: as the content says."""


@dataclass(frozen=True)
class Inline:
    """Content that stands in the payload itself: a script, captions."""

    key: str
    value: Any
    role: str


def unknown_keys(target: Target, payload: Mapping[str, Any]) -> tuple[UnknownKey, ...]:
    """Keys that no input has.

    What was meant is the nearest name; failing that, the required input that is missing. The app
    takes a payload with a wrong key, ignores it, and fails for want of the right one.
    """
    known = target.input.get("properties", {})
    missing = [key for key in target.input.get("required", ()) if key not in payload]
    strangers = [key for key in payload if key not in known]
    meant: dict[str, str | None] = dict.fromkeys(strangers)
    free = [key for key in known if key not in payload]
    likeness = sorted(
        (
            (difflib.SequenceMatcher(None, stranger.lower(), key).ratio(), stranger, key)
            for stranger in strangers
            for key in free
        ),
        reverse=True,
    )
    for ratio, stranger, key in likeness:
        # A required key that is missing was meant sooner than one that nobody needs.
        enough = 0.5 if key in missing else 0.7
        if ratio >= enough and meant[stranger] is None and key not in meant.values():
            meant[stranger] = key
    left = [key for key in missing if key not in meant.values()]
    for key in strangers:
        if meant[key] is None and left:
            meant[key] = left.pop(0)
    return tuple(UnknownKey(stranger, right) for stranger, right in meant.items())


def misfits(target: Target, payload: Mapping[str, Any]) -> tuple[Misfit, ...]:
    """What the app's schema refuses, in the order of the keys."""
    from jsonschema import Draft202012Validator

    schema = {"type": "object", **target.input}
    errors = Draft202012Validator(schema).iter_errors(payload)
    files = {field.key for field in file_fields(target, payload)}
    # A path is always taken: the command line and the SDK upload it and send what the app wants.
    found = [
        misfit
        for error in errors
        if key_of(error.absolute_path) not in files
        for misfit in misfits_of(error)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda misfit: misfit.key))


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
        near = difflib.get_close_matches(str(got), [str(each) for each in wanted], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        choices = ", ".join(str(each) for each in wanted[:12])
        yield Misfit(key, f"is {got!r}, which is none of {choices}{hint}")
    elif error.validator == "minimum":
        yield Misfit(key, f"is {got}; {wanted} is the least")
    elif error.validator == "maximum":
        yield Misfit(key, f"is {got}; {wanted} is the most")
    else:
        yield Misfit(key, f"does not fit: {error.message[:200]}")


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


def file_fields(target: Target, payload: Mapping[str, Any]) -> tuple[FileField, ...]:
    """Every file that the payload names in an input that takes one."""
    return tuple(_fields(target, payload, target.input, "", ""))


def is_remote(value: str) -> bool:
    """Whether ``value`` is an address and no path. ``C:`` is a drive."""
    return bool(_SCHEME.match(value))


def local_path(value: str, job: Job) -> Path:
    """The file that will be uploaded: the command line expands ``~``, the SDK does not."""
    return Path(value).expanduser() if job.expands_home else Path(value)


def named_values(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in a payload with its key, whatever the app: one of them may name a file."""
    # Not by recursion: a payload is as deep as whoever wrote it likes.
    waiting: list[tuple[str, Any]] = [("", payload)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            inside = [
                (f"{key}.{name}" if key else str(name), child) for name, child in value.items()
            ]
            waiting += reversed(inside)
        elif isinstance(value, list):
            waiting += reversed([(f"{key}[{i}]", child) for i, child in enumerate(value)])


# A picture of a few pixels in base64 is longer than most words; shorter text is text.
_LEAST_BASE64 = 64
_MEDIA_TYPES = ("data:image/", "data:audio/", "data:video/")


@dataclass(frozen=True)
class Held:
    """A file that stands in a payload itself."""

    data: bytes = field(repr=False)
    """Empty where its text does not decode."""
    declared: bool
    """Whether a data URI says that it is a picture, a recording or a video."""


def held_inline(value: str) -> Held | None:
    """The content of a data URI (RFC 2397) or of bare base64; None for any other text."""
    if value[:5].lower() == "data:":
        head, _, text = value.partition(",")
        declared = head.lower().startswith(_MEDIA_TYPES)
        if head.lower().endswith(";base64"):
            return Held(_from_base64(text) or b"", declared)
        return Held(urllib.parse.unquote_to_bytes(text), declared)
    data = _from_base64(value) if len(value) >= _LEAST_BASE64 else None
    return None if data is None else Held(data, declared=False)


def _from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


def inlines(target: Target, payload: Mapping[str, Any]) -> tuple[Inline, ...]:
    """Scripts and captions that stand in the payload."""
    return tuple(
        Inline(key, payload[key], role)
        for key, role in target.roles.items()
        if role in ("script", "captions") and payload.get(key) is not None
    )


def _fields(
    target: Target, value: Any, schema: Mapping[str, Any], key: str, pattern: str
) -> Iterator[FileField]:
    # The payload is followed, not the schema: a payload ends.
    options = _alternatives(schema, target.input)
    if key and any(_is_file(each) for each in options):
        named = value if isinstance(value, str) else None
        if isinstance(value, Mapping):
            named = value.get("path") or value.get("uri")
        if isinstance(named, str):
            role = target.roles.get(pattern) or _role_by_name(pattern)
            yield FileField(key, named, role)
        return
    for option in options:
        if isinstance(value, Mapping):
            for name, child in option.get("properties", {}).items():
                if name in value:
                    dot = "." if key else ""
                    yield from _fields(
                        target, value[name], child, f"{key}{dot}{name}", f"{pattern}{dot}{name}"
                    )
        elif isinstance(value, list) and isinstance(option.get("items"), Mapping):
            for i, child in enumerate(value):
                yield from _fields(target, child, option["items"], f"{key}[{i}]", f"{pattern}[]")


def _alternatives(part: Mapping[str, Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """``part``, or each that it may be, with references followed."""
    resolved = _resolve(part, root)
    options = [*resolved.get("anyOf", ()), *resolved.get("oneOf", ())]
    return [resolved, *(_resolve(o, root) for o in options if isinstance(o, Mapping))]


def _resolve(part: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(part.get("$ref", ""))
    if not reference.startswith("#/$defs/"):
        return part
    found = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
    return {**found, **{key: value for key, value in part.items() if key != "$ref"}}


def _is_file(part: Mapping[str, Any]) -> bool:
    return (
        part.get("format") == "file"
        or part.get("title") == "File"
        or (part.get("$id") == "/schemas/File")
    )


def _role_by_name(pattern: str) -> str:
    name = pattern.rpartition(".")[2].lower()
    return next((role for part, role in _ROLES if part in name), "picture")
