"""Rules as a person reads them."""

from __future__ import annotations

import pytest

from qcheck.cli.text.rules import limit_lines, media_phrase, one_rule, rule_list
from qcheck.core.rule import Rule
from qcheck.engine.registry import load_rules

RULES = load_rules()


def test_the_list_is_in_columns_and_marks_what_is_not_stable() -> None:
    lines = rule_list(RULES.all).splitlines()
    assert len({line.index(rule.name, 4) for line, rule in zip(lines, RULES.all, strict=True)}) == 1
    marked = [line.endswith("[preview]") for line in lines]
    assert marked == [rule.status.value == "preview" for rule in RULES.all]


@pytest.mark.parametrize("rule", RULES.all, ids=lambda rule: rule.name)
def test_a_rule_is_explained_whole(rule: Rule) -> None:
    # Lines are broken at hyphens, too.
    text = "".join(one_rule(rule).split())
    for part in (rule.docs.summary, rule.docs.measures, rule.docs.why, rule.docs.mend):
        assert "".join(part.split()) in text
    for key, value in limit_lines(rule):
        assert f"  {key} = {value}\n" in one_rule(rule)


@pytest.mark.parametrize(
    ("media", "phrase"),
    [
        (("portrait",), "a portrait"),
        (("captions",), "captions"),
        (("portrait", "video"), "a portrait or a video"),
        (("voice", "video", "captions"), "a voice, a video or captions"),
    ],
)
def test_media_are_named_as_one_says_them(media: tuple[str, ...], phrase: str) -> None:
    assert media_phrase(media) == phrase
