"""Written inputs: bytes into text, and JSON far enough to say where it is broken."""

from __future__ import annotations

import codecs
from typing import Any

from qcheck.core.bounded_parsing import NotParsed, load_json, load_toml
from qcheck.media.captions import broken_line
from qcheck.media.content import Decoding, Text, Undecodable
from qcheck.media.file import File

__all__ = ["MAX_PAYLOAD_BYTES", "decode_text"]

MAX_PAYLOAD_BYTES = 64_000_000
"""A payload may hold its files itself, as data URIs: of a portrait and a voice of 20 MB each that
is 54 MB in base64, and no app takes more."""
# A thousand times the longest script; a mistaken video is larger.
_MAX_BYTES = 10_000_000

_LONGEST_SHOWN = 60

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode_text(file: File) -> Decoding:
    """Decode UTF-8, or UTF-16 with a byte order mark. Raises :class:`Undecodable`."""
    payload = file.medium == "payload"
    if payload:
        _check_encoding(file.data)
    text = _text(file.data, MAX_PAYLOAD_BYTES if payload else _MAX_BYTES)
    segments = file.medium == "captions" and text.lstrip()[:1] in ("[", "{")
    try:
        if payload or segments:
            load_json(text, pairs=_without_doubles)
        elif file.medium == "plan":
            load_toml(text)
        elif file.medium == "captions" and (broken := broken_line(text)):
            line, why = broken
            raise Undecodable(f"line {line}: {why}")
    except NotParsed as error:
        raise Undecodable(str(error)) from error
    return Decoding(Text(text))


def _check_encoding(data: bytes) -> None:
    """A payload goes out as it stands, and JSON that is sent is plain UTF-8 (RFC 8259, 8.1)."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            name = "UTF-8 with a byte order mark" if encoding == "utf-8" else "UTF-16"
            raise Undecodable(f"it is {name}, which apps do not read: save it as plain UTF-8")


def _text(data: bytes, most_bytes: int) -> str:
    if len(data) > most_bytes:
        raise Undecodable(f"it is larger than {most_bytes / 1e6:.0f} MB, which no text of a job is")
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


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ in which of two values they take, and so in what they were given."""
    inputs: dict[str, Any] = {}
    for name, value in pairs:
        if name in inputs:
            shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
            raise ValueError(f"the key {shown!r} stands in it twice")
        inputs[name] = value
    return inputs
