"""What a payload names or holds: files by their inputs, texts, and files that stand in it."""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qcheck.core.job import Job
from qcheck.core.wording import shortened
from qcheck.targets.contract import Target, referred

__all__ = [
    "FileField",
    "Held",
    "Inline",
    "file_fields",
    "held_inline",
    "inlines",
    "is_remote",
    "local_path",
    "named_values",
]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

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


def file_fields(target: Target, payload: Mapping[str, Any]) -> tuple[FileField, ...]:
    """Every file that the payload names in an input that takes one."""
    return tuple(_fields(target, payload))


def is_remote(value: str) -> bool:
    """Whether ``value`` is an address and no path. ``C:`` is a drive."""
    return bool(_SCHEME.match(value))


def local_path(value: str, job: Job) -> Path:
    """The file that will be uploaded: the command line expands ``~``, the SDK does not."""
    return Path(value).expanduser() if job.expands_home else Path(value)


def named_values(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in a payload with its key, whatever the app: one of them may name a file.

    A key is for people: a long one is cut, and ``a.b`` may be one key or one within another.
    """
    # Not by recursion: a payload is as deep as whoever wrote it likes.
    waiting: list[tuple[str, Any]] = [("", payload)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            inside = [
                (shortened(f"{key}.{name}" if key else str(name)), child)
                for name, child in value.items()
            ]
            waiting += reversed(inside)
        elif isinstance(value, list):
            inside = [(shortened(f"{key}[{i}]"), child) for i, child in enumerate(value)]
            waiting += reversed(inside)


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
        # Without a copy where it stands on one line, as it nearly always does.
        return base64.b64decode(_SPACE.sub("", text), validate=True)
    except ValueError:
        return None


def inlines(target: Target, payload: Mapping[str, Any]) -> tuple[Inline, ...]:
    """Scripts and captions that stand in the payload."""
    return tuple(
        Inline(key, payload[key], role)
        for key, role in target.roles.items()
        if role in ("script", "captions") and payload.get(key) is not None
    )


def _fields(target: Target, payload: Mapping[str, Any]) -> Iterator[FileField]:
    # The payload is followed, not the schema: a payload ends. Each of its values is asked about
    # once by each part of the schema, however many ways lead there.
    seen: set[tuple[str, int]] = set()
    known: dict[int, list[Mapping[str, Any]]] = {}
    waiting: list[tuple[Any, Mapping[str, Any], str, str]] = [(payload, target.input, "", "")]
    while waiting:
        value, schema, key, pattern = waiting.pop()
        if (key, id(schema)) in seen:
            continue
        seen.add((key, id(schema)))
        if id(schema) not in known:
            known[id(schema)] = _alternatives(schema, target.input)
        options = known[id(schema)]
        if key and any(_is_file(each) for each in options):
            role = target.roles.get(pattern) or _role_by_name(pattern)
            yield from (FileField(key, named, role) for named in _named(value))
            continue
        waiting += reversed(
            [child for option in options for child in _children(option, value, key, pattern)]
        )


def _named(value: Any) -> list[str]:
    """The files that a value names: a text, or an object of a path or an address."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Mapping):
        return []
    # Where it has both, nobody here knows which of them the app takes.
    texts = [value[name] for name in ("path", "uri") if isinstance(value.get(name), str)]
    return list(dict.fromkeys(text for text in texts if text)) or texts[:1]


def _children(
    schema: Mapping[str, Any], value: Any, key: str, pattern: str
) -> Iterator[tuple[Any, Mapping[str, Any], str, str]]:
    """What stands in ``value``, each with its part of the schema."""
    dot = "." if key else ""
    if isinstance(value, Mapping):
        properties = schema.get("properties", {})
        for name, child in properties.items():
            if name in value and isinstance(child, Mapping):
                yield value[name], child, f"{key}{dot}{name}", f"{pattern}{dot}{name}"
        others = schema.get("additionalProperties")
        if isinstance(others, Mapping):
            for name in value:
                if name not in properties:
                    inner = shortened(f"{key}{dot}{name}")
                    yield value[name], others, inner, shortened(f"{pattern}{dot}{name}")
    elif isinstance(value, list):
        first = schema.get("prefixItems", ())
        for i, child in enumerate(value):
            part = first[i] if i < len(first) else schema.get("items")
            if isinstance(part, Mapping):
                yield child, part, f"{key}[{i}]", f"{pattern}[]"


def _alternatives(part: Mapping[str, Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """``part``, and whatever it may be or has to be as well, with references followed."""
    found: list[Mapping[str, Any]] = []
    seen: set[int] = set()
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        found.append(each)
        within = [
            *(referred(each, root),),
            *(option for name in ("anyOf", "oneOf", "allOf") for option in each.get(name, ())),
            *(each.get(name) for name in ("then", "else")),
        ]
        waiting += reversed([option for option in within if isinstance(option, Mapping)])
    return found


def _is_file(part: Mapping[str, Any]) -> bool:
    return (
        part.get("format") == "file"
        or part.get("title") == "File"
        or (part.get("$id") == "/schemas/File")
    )


def _role_by_name(pattern: str) -> str:
    name = pattern.rpartition(".")[2].lower()
    return next((role for part, role in _ROLES if part in name), "picture")
