"""The pages of rules say what the code says; `python -m tools.docs --check` looks at them all."""

from __future__ import annotations

from qcheck.engine.registry import load_rules
from tools.docs.pages import DOCS, MARK
from tools.docs.rule_pages import rule_page, rule_table

STALE = "python -m tools.docs"


def test_every_rule_is_in_the_table_and_has_a_page() -> None:
    rules = load_rules().all
    assert (DOCS / "rules" / "README.md").read_text("utf-8") == rule_table(MARK, rules), STALE
    without = [rule.name for rule in rules if not (DOCS / "rules" / f"{rule.name}.md").is_file()]
    assert not without, STALE


def test_a_page_shows_limits_example_and_how_to_put_it_right() -> None:
    rule = load_rules().get("script-brackets")
    page = rule_page(MARK, rule)
    assert page == (DOCS / "rules" / "script-brackets.md").read_text("utf-8"), STALE
    assert "## Example\n\nGood:\n\n```text\n" in page
