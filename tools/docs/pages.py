"""Every generated page: where it goes and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qcheck.engine.registry import load_rules
from qcheck.targets.catalogue import all_targets
from tools import ROOT
from tools.docs.app_page import app_page
from tools.docs.formats_page import formats_page
from tools.docs.layers_picture import layers_picture
from tools.docs.probes_page import probes_page
from tools.docs.rule_pages import rule_page, rule_table

__all__ = ["DOCS", "MARK", "pages"]

DOCS = ROOT / "docs"
MARK = (
    "<!-- Written by `python -m tools.docs` from the code: edit the docstring, not this page. -->"
    "\n\n"
)


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page: where it goes and what it says."""
    rules = [rule for rule in load_rules().all if rule.origin.startswith("qcheck.rules.")]
    for rule in rules:
        yield DOCS / "rules" / f"{rule.name}.md", rule_page(MARK, rule)
    yield DOCS / "rules" / "README.md", rule_table(MARK, rules)
    yield DOCS / "apps.md", app_page(MARK, all_targets())
    yield DOCS / "formats.md", formats_page(MARK)
    yield DOCS / "probes.md", probes_page(MARK)
    yield DOCS / "layers.svg", layers_picture()
