"""Written inputs: bytes into text, and JSON far enough to say where it is broken."""

from __future__ import annotations

import codecs
import json
import tomllib
from typing import Any

from qcheck.media.captions import broken_line
from qcheck.media.content import Decoding, Text, Undecodable
from qcheck.media.file import File

__all__ = ["decode_text"]

# A thousand times the longest script or payload; a mistaken video is larger.
_MAX_BYTES = 10_000_000

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode_text(file: File) -> Decoding:
    """Decode UTF-8, or UTF-16 with a byte order mark. Raises :class:`Undecodable`."""
    text = _text(file.data)
    segments = file.medium == "captions" and text.lstrip()[:1] in ("[", "{")
    if file.medium == "payload" or segments:
        _check_json(text)
    elif file.medium == "plan":
        _check_toml(text)
    elif file.medium == "captions" and (broken := broken_line(text)):
        line, why = broken
        raise Undecodable(f"line {line}: {why}")
    return Decoding(Text(text))


def _text(data: bytes) -> str:
    if len(data) > _MAX_BYTES:
        raise Undecodable(f"it is larger than {_MAX_BYTES / 1e6:.0f} MB, which no text of a job is")
    mark, encoding = next(
        ((mark, name) for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Undecodable(f"it is no UTF-8 text: line {line} has other bytes") from error
    if "\0" in text:
        raise Undecodable("it is no text: it holds zero bytes")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_json(text: str) -> None:
    try:
        json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Undecodable(f"it is no JSON: {error.msg} at {where}") from error
    except RecursionError as error:
        raise Undecodable("its JSON is nested too deeply") from error
    except ValueError as error:
        raise Undecodable(f"its JSON cannot be used: {error}") from error


def _check_toml(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Undecodable(f"it is no TOML: {error}") from error
    except RecursionError as error:
        raise Undecodable("its TOML is nested too deeply") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    inputs = dict(pairs)
    if len(inputs) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {double!r} stands in it twice")
    return inputs


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
