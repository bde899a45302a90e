"""Pages that are written from code say what it says. `python -m tools.docs --check` looks at
them all; here are those that cost nothing.
"""

from __future__ import annotations

from qcheck.engine.registry import load_rules
from tools import ROOT
from tools.docs.pages import MARK
from tools.docs.probes_page import probes_page
from tools.docs.rule_pages import rule_table

DOCS = ROOT / "docs"
STALE = "python -m tools.docs"


def test_every_probe_is_described_as_it_is() -> None:
    assert (DOCS / "probes.md").read_text("utf-8") == probes_page(MARK), STALE


def test_what_a_probe_gives_stands_beside_its_name() -> None:
    page = (DOCS / "probes.md").read_text("utf-8")
    pauses = page.partition("### Pauses\n")[2].partition("\n### ")[0]
    assert "| `inside` | `tuple[Span, ...]` |" in pauses
    picture = page.partition("### Picture\n")[2].partition("\n### ")[0]
    assert "(height, width, 3), sRGB values; alpha removed, not flattened." in picture
    assert "| *`width_px`* | `int` |" in picture


def test_every_rule_is_in_the_table_and_has_a_page() -> None:
    rules = load_rules().all
    assert (DOCS / "rules" / "README.md").read_text("utf-8") == rule_table(MARK, rules), STALE
    without = [rule.name for rule in rules if not (DOCS / "rules" / f"{rule.name}.md").is_file()]
    assert not without, STALE
