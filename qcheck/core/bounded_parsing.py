"""JSON and TOML read within bounds: what a stranger wrote takes neither memory nor time at will.

Python's parsers recurse as deep as a text is nested, build an object of some fifty bytes for every
two that it has, and ``tomllib`` takes memory with the square of a dotted key's length. So a text is
looked over before it is parsed: in linear time, and without building anything.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable
from typing import Any

__all__ = ["MAX_TOML_BYTES", "NotParsed", "load_json", "load_toml"]

MAX_DEPTH = 500
"""Objects and lists of JSON within each other; Python gives up at 1000 calls within each other."""
MAX_TOML_DEPTH = 64
"""The same of TOML, whose parser takes several calls for each; no plan has more than six."""
MAX_VALUES = 1_000_000
"""Values in one text: some 100 MB once they are parsed."""
MAX_KEY_PARTS = 16
"""Parts of one dotted key; ``tool.qcheck.limits.RULE.LIMIT`` has five."""
MAX_TOML_BYTES = 1_000_000
"""A hundred times the longest configuration or plan that was seen."""

# Strings whole, so that what stands in them counts for nothing. One that never ends takes the rest
# with it: the parser gets no further than where it begins.
_JSON_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)
# Triple quotes before single ones. Up to two quotes may stand before the three that end a string
# (TOML 1.0, strings), and a comment ends with its line.
_TOML_TOKEN = re.compile(
    r'"""[^"\\]*+(?:(?:\\.|"(?!"")|""(?!"))[^"\\]*+)*+"{0,5}'
    r"|'''[^']*+(?:(?:'(?!'')|''(?!'))[^']*+)*+'{0,5}"
    r'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\[\]{},.=\n]",
    re.DOTALL,
)
# Half of a character that takes two: nobody else reads it as Python does.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
# Whole numbers of 64 bits are what every reader of TOML must accept, and what it may (TOML 1.0,
# integer).
_LARGEST_TOML_INT = 2**63


class NotParsed(ValueError):
    """The text is not what it should be, or more than is read; completes "FILE: …"."""


def load_json(text: str, *, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """What the JSON text says. Raises :class:`NotParsed`, and nothing else, where it says nothing.

    Refused is also what JSON has no word for (NaN), numbers that no reader has room for, and half
    characters. ``pairs`` makes an object of its keys and values, as in :func:`json.loads`; it may
    raise ValueError.
    """
    _look_over_json(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=_whole_number,
            parse_float=_number,
            parse_constant=_no_constant,
        )
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotParsed(f"it is no JSON: {error.msg} at {where}") from error
    except UnicodeEncodeError as error:
        raise NotParsed("its JSON cannot be used: it holds half a character (\\ud…)") from error
    except RecursionError as error:
        raise NotParsed("its JSON is nested too deeply") from error
    except ValueError as error:
        raise NotParsed(f"its JSON cannot be used: {error}") from error
    return value


def load_toml(text: str) -> dict[str, Any]:
    """What the TOML text says. Raises :class:`NotParsed`, and nothing else."""
    if len(text) > MAX_TOML_BYTES:
        large = f"{MAX_TOML_BYTES / 1e6:.0f} MB"
        raise NotParsed(f"its TOML cannot be used: it is larger than {large}")
    _look_over_toml(text.replace("\r\n", "\n"))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotParsed(f"it is not TOML: {error}") from error
    except RecursionError as error:
        raise NotParsed("its TOML is nested too deeply") from error
    except ValueError as error:
        # A number of more digits than Python reads.
        raise NotParsed(f"its TOML cannot be used: {error}") from error
    _refuse_large_numbers(table)
    return table


def _look_over_json(text: str) -> None:
    opening = text.count("[") + text.count("{")
    if opening <= MAX_DEPTH and opening + text.count(",") <= MAX_VALUES:
        return
    depth = values = 0
    for token in _JSON_TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            values += 1
        elif sign in "]}":
            depth -= 1
        elif sign == ",":
            values += 1
        _refuse("JSON", depth, MAX_DEPTH, values)


def _look_over_toml(text: str) -> None:
    depth = values = parts = 0
    for token in _TOML_TOKEN.finditer(text):
        sign = token[0]
        if sign == ".":
            parts += 1
            if parts >= MAX_KEY_PARTS:
                raise NotParsed(f"its TOML has a dotted key of more than {MAX_KEY_PARTS} parts")
            continue
        if len(sign) > 1:
            # A string or a comment; a quoted part of a key stands between its dots.
            continue
        parts = 0
        if sign in "[{":
            depth += 1
            values += 1
        elif sign in "]}":
            depth -= 1
        elif sign in ",=":
            values += 1
        _refuse("TOML", depth, MAX_TOML_DEPTH, values)


def _refuse(language: str, depth: int, deepest: int, values: int) -> None:
    if depth > deepest:
        raise NotParsed(f"its {language} is nested too deeply: more than {deepest} levels")
    if values > MAX_VALUES:
        raise NotParsed(f"its {language} holds too much: more than {MAX_VALUES:,} values")


def _refuse_large_numbers(table: dict[str, Any]) -> None:
    waiting: list[Any] = [table]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, int) and not -_LARGEST_TOML_INT <= value < _LARGEST_TOML_INT:
            raise NotParsed("its TOML cannot be used: a whole number has more than 64 bits")


def _whole_number(digits: str) -> int:
    # What has no place in 64 bits of a floating-point number other readers refuse, or round.
    if len(digits) > 18:
        _number(digits)
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        shown = digits if len(digits) <= 20 else f"{digits[:10]}…"
        raise ValueError(f"no reader has room for the number {shown}")
    return number


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
