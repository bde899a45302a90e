"""HTML that cannot be broken by what stands in it: every text is escaped unless it is markup.

A template engine would bring the same and two dependencies; what is needed of it is this function.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterable

from qcheck.core.terminal import escape_markup
from qcheck.reporters._text import printed

__all__ = ["Child", "Markup", "data_uri", "el", "joined", "svg_number"]

# HTML Living Standard 13.1.2: elements without an end tag.
_VOID = frozenset(("meta", "link", "input", "br", "img"))


class Markup(str):
    """Text that is HTML already. Only :func:`el` and :func:`joined` make it."""

    __slots__ = ()


Child = str | Markup | None | Iterable["Child"]


def el(name: str, /, *content: Child, **attributes: str | float | bool | None) -> Markup:
    """One element; ``class_`` is the attribute ``class``, ``data_at`` is ``data-at``.

    An attribute that is None or False is left out, one that is True has no value. Children are
    escaped unless they are :class:`Markup`.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*content)}</{name}>")


def joined(*content: Child) -> Markup:
    """Put contents one after the other."""
    parts: list[str] = []
    for each in content:
        if each is None:
            continue
        if isinstance(each, Markup):
            parts.append(each)
        elif isinstance(each, str):
            parts.append(_escaped(each))
        else:
            parts.append(joined(*each))
    return Markup("".join(parts))


def _attribute(key: str, value: str | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-") if key != "viewBox" else key
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = value if isinstance(value, str) else svg_number(value)
    return f' {name}="{_escaped(text)}"'


def _escaped(text: str) -> str:
    # Controls, lone surrogates and what turns the direction of writing show as what they are not:
    # HTML forbids the first two, and the third makes names read as others.
    # A carriage return would be read as the end of a line, and HTML has no reference for it.
    shown = printed(text).replace("\r", "\N{REPLACEMENT CHARACTER}")
    return escape_markup(html.escape(shown))


def svg_number(value: float) -> str:
    """Short, and never what SVG cannot read."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"


def data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
