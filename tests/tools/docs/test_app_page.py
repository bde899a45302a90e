"""The page of apps says what the contracts say."""

from __future__ import annotations

from qcheck.targets.catalogue import all_targets
from tools.docs.app_page import app_page
from tools.docs.pages import DOCS, MARK


def test_every_app_is_described_as_its_contract_has_it() -> None:
    page = app_page(MARK, all_targets())
    assert (DOCS / "apps.md").read_text("utf-8") == page, "python -m tools.docs"
    for target in all_targets():
        assert f"\n## {target.app}\n" in page
        assert all(source.where in page for source in target.sources)
