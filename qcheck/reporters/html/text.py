"""Scripts, captions, payloads and plans as text, with marks where findings point to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from qcheck.core.credentials import hide_credentials
from qcheck.core.places import Span
from qcheck.exhibits.exhibit import Exhibit
from qcheck.media.content import Text
from qcheck.probes.text import Captions
from qcheck.reporters.html.layers import Shown, figure
from qcheck.reporters.html.markup import Markup, el
from qcheck.reporters.html.spots import MOST_LINKED, Marked

__all__ = ["captions", "lines_of", "text"]

# A script for ten minutes has some hundred lines.
_MOST_LINES = 1000
_MOST_LINE_CHARACTERS = 2000
_MOST_SEARCHED_CHARACTERS = 1_000_000

_LINE = re.compile(r"\bline (\d+)\b", re.IGNORECASE)
# No character is looked at twice: a string ends with its line at the latest, and blank lines belong
# to no key.
_KEY = re.compile(
    r'"((?:[^"\\\n]|\\.)++)"?+[^\S\n]*+(:)?|^[^\S\n]*+([\w.-]++)[^\S\n]*+=', re.MULTILINE
)
_TOKEN = re.compile(r"\([^()\n]{1,60}\)|\[[^\[\]\n]{1,60}\]")


def captions(exhibit: Exhibit, marked: Sequence[Marked], file: int) -> Shown | None:
    """The cues as a table; each finding's spots lie in the rows that they are about."""
    found = exhibit.get(Captions)
    if found is None:
        return text(exhibit, marked, file)
    anchors: dict[int, list[Markup]] = {}
    stray: list[Markup] = []
    for each in marked:
        for spot in each.spots[:MOST_LINKED]:
            if not isinstance(spot.where, Span):
                continue
            row = next((i for i, cue in enumerate(found.cues) if cue.span == spot.where), None)
            if row is None:
                # Speech without a caption: the first cue that ends after it begins.
                after = (i for i, c in enumerate(found.cues) if c.end_s > spot.where.start_s)
                row = next(after, None)
            (stray if row is None else anchors.setdefault(row, [])).append(_mark(each, spot.anchor))
    rows = [
        el(
            "tr",
            el("td", str(cue.number), anchors.get(i)),
            el("td", f"{cue.start_s:.2f}"),
            el("td", f"{cue.end_s:.2f}"),
            el("td", "\n".join(cue.lines), class_="cue"),
        )
        for i, cue in enumerate(found.cues[:_MOST_LINES])
    ]
    if stray:
        rows.append(el("tr", el("td", stray), el("td"), el("td"), el("td", "(after the last)")))
    head = el("tr", (el("th", name, scope="col") for name in ("", "from, s", "to, s", "text")))
    table = el("table", el("thead", head), el("tbody", rows))
    return _framed(table, len(found.cues), "captions", file)


def text(exhibit: Exhibit, marked: Sequence[Marked], file: int) -> Shown | None:
    """The lines with their numbers."""
    found = exhibit.get(Text)
    if found is None:
        return None
    # A payload may hold keys, and a page is passed on.
    lines = hide_credentials(found.text).rstrip("\n").split("\n")
    anchors: dict[int, list[Markup]] = {}
    shown = "\n".join(lines[:_MOST_LINES])[:_MOST_SEARCHED_CHARACTERS]
    for each in marked:
        for line, anchor in lines_of(each, shown):
            anchors.setdefault(line, []).append(_mark(each, anchor))
    items = [
        el("li", el("code", line[:_MOST_LINE_CHARACTERS] or " "), anchors.get(i))
        for i, line in enumerate(lines[:_MOST_LINES], 1)
    ]
    return _framed(el("ol", items, class_="lines"), len(lines), "lines", file)


def lines_of(marked: Marked, whole: str) -> list[tuple[int, str]]:
    """(line, anchor) that the finding is about: named in its message, by number, key or token."""
    judgement = marked.finding.judgement
    message = judgement.message
    count = whole.count("\n") + 1
    found = [int(n) for n in _LINE.findall(message) if 0 < int(n) <= count]
    if not found:
        told = [match for match in _TOKEN.findall(message) if match in whole]
        found = [whole[: whole.index(token)].count("\n") + 1 for token in told]
    if not found:
        keys = _lines_by_key(whole)
        words = {*re.findall(r"[\w-]+", message), *re.findall(r"[\w.-]+", message)}
        named = {key for key in (judgement.measured, *words) if isinstance(key, str)}
        found = sorted(line for key in named for line in keys.get(key, ()))
    unique = list(dict.fromkeys(found))[:MOST_LINKED]
    return [(line, f"spot-{marked.file}-{marked.number}-{i}") for i, line in enumerate(unique, 1)]


@lru_cache(maxsize=4)
def _lines_by_key(whole: str) -> dict[str, list[int]]:
    """The lines of every key in JSON or TOML."""
    lines: dict[str, list[int]] = {}
    line, counted = 1, 0
    for match in _KEY.finditer(whole):
        key = match.group(1) if match.group(2) else match.group(3)
        if key is not None:
            line += whole.count("\n", counted, match.end())
            counted = match.end()
            lines.setdefault(key, []).append(line)
    return lines


def _mark(each: Marked, anchor: str) -> Markup:
    return el(
        "a",
        str(each.number),
        id=anchor,
        href=f"#{each.anchor}",
        class_=f"badge {each.label}",
        aria_label=f"Finding {each.number}, {each.finding.rule}",
    )


def _framed(content: Markup, count: int, what: str, file: int) -> Shown:
    more = count - _MOST_LINES
    note = el("p", f"{more} more {what} are not shown.", class_="absent") if more > 0 else None
    box = el("div", content, class_="scroll", tabindex="0", role="region", aria_label="Text")
    return Shown(figure(file, "text", (box, note)))
