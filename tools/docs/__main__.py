"""Writes the pages that come from code: one a rule, the table of rules, apps, output
formats, probes.

Run ``python -m tools.docs`` after a change to a rule; ``--check`` only says what is stale or
missing and exits with 1, as CI does. ``--pictures`` draws the pictures of the examples anew, or
those of the rules that are named after it; ``--check`` only sees to it that they are there, since
another machine may draw one a little differently.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tools import ROOT
from tools.docs.example_recipes import RECIPES
from tools.docs.examples import PICTURES
from tools.docs.pages import DOCS, pages


def draw_pictures(names: Iterable[str]) -> None:
    from tools.docs.pictures import draw

    folder = ROOT / PICTURES
    folder.mkdir(exist_ok=True)
    for name in names:
        path = folder / f"{name}.jpg"
        path.write_bytes(draw(name))
        print(path.relative_to(ROOT))


def main() -> int:
    asked = sys.argv[1:]
    if "--pictures" in asked:
        named = [word for word in asked if not word.startswith("-")]
        draw_pictures(named or sorted(RECIPES))
    stale = []
    expected = dict(pages())
    for path, text in expected.items():
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(path)
    pictures = {ROOT / PICTURES / f"{name}.jpg" for name in RECIPES}
    there = set((ROOT / PICTURES).glob("*"))
    gone = [path for path in (DOCS / "rules").glob("*.md") if path not in expected]
    gone += there - pictures
    missing = pictures - there
    for path in sorted([*stale, *gone, *missing]):
        print(path.relative_to(DOCS.parent))
    if "--check" in asked:
        return 1 if stale or gone or missing else 0
    (DOCS / "rules").mkdir(exist_ok=True)
    for path in stale:
        path.write_text(expected[path], "utf-8")
    for path in gone:
        path.unlink()
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
