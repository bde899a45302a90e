"""The page of probes says what the code says."""

from __future__ import annotations

from tools import ROOT
from tools.docs.pages import MARK
from tools.docs.probes_page import probes_page

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
