"""A picture of the house: its rooms in layers, drawn from the import contracts in pyproject."""

from __future__ import annotations

import ast
import importlib.util
import tomllib
from html import escape
from pathlib import Path

from tools import ROOT

__all__ = ["layers", "layers_picture"]

_WIDTH, _ROW, _GAP, _LEFT = 860, 52, 10, 10


def layers() -> list[list[str]]:
    """Rooms from the top down; those of one layer do not import each other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    rows = next(each["layers"] for each in contracts if each["id"] == "layers")
    return [[room.strip() for room in row.split("|")] for row in rows]


def layers_picture() -> str:
    """An SVG with a row a layer and what each room says of itself."""
    rows = layers()
    height = len(rows) * (_ROW + _GAP) + _GAP
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" role="img">',
        "<title>The rooms of qcheck: each imports only from the rows below it</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for i, row in enumerate(rows):
        top = _GAP + i * (_ROW + _GAP)
        width = (_WIDTH - 2 * _LEFT - _GAP * (len(row) - 1)) / len(row)
        for j, room in enumerate(row):
            out += _box(room, _LEFT + j * (width + _GAP), top, width, len(row) > 1)
    return "\n".join([*out, "</svg>"]) + "\n"


def _box(room: str, left: float, top: float, width: float, narrow: bool) -> list[str]:
    name = room.removeprefix("qcheck.")
    says = _first_sentence(room)
    at = left + 12
    below = (at, top + 40) if narrow else (at + 120, top + 31)
    size = min(12.0, (width - 24 - (0 if narrow else 120)) / max(len(says), 1) / 0.5)
    return [
        f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{_ROW}" rx="6" '
        'fill="#eef3f8" stroke="#5b7a99"/>',
        f'<text x="{at:.0f}" y="{top + (22 if narrow else 32)}" font-size="15" '
        f'font-weight="600" fill="#1d2b3a">{escape(name)}</text>',
        f'<text x="{below[0]:.0f}" y="{below[1]}" font-size="{size:.1f}" '
        f'fill="#33475b">{escape(says)}</text>',
    ]


def _first_sentence(room: str) -> str:
    """What the room's docstring says first. Nothing of it runs but what importing it runs."""
    spec = importlib.util.find_spec(room)
    if spec is None or spec.origin is None:
        raise LookupError(f"{room}: pyproject names a room that does not exist")
    text = Path(spec.origin).read_text("utf-8")
    words = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0]
    return " ".join(words.replace("``", "").split())
