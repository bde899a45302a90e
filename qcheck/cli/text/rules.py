"""Rules as `qcheck rule` shows them, from the same data as the checks."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Sequence

from qcheck.core.rule import Rule, RuleStatus
from qcheck.core.typed import toml_value

__all__ = ["limit_lines", "media_phrase", "one_rule", "rule_list"]

_WIDTH = 92


def limit_lines(rule: Rule) -> list[tuple[str, str]]:
    """The rule's limits as they stand in a configuration file: (key, default)."""
    return [
        (field.name.replace("_", "-"), toml_value(getattr(rule.limits(), field.name)))
        for field in dataclasses.fields(rule.limits)
    ]


def media_phrase(media: Sequence[str]) -> str:
    """The media in words: "a portrait or a video"."""
    # Captions are plural.
    words = [medium if medium == "captions" else f"a {medium}" for medium in media]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def rule_list(rules: Iterable[Rule]) -> str:
    rules = list(rules)
    codes = max(len(rule.code) for rule in rules)
    names = max(len(rule.name) for rule in rules)
    lines = []
    for rule in rules:
        mark = "" if rule.status is RuleStatus.STABLE else f"  [{rule.status.value}]"
        lines.append(f"{rule.code:<{codes}}  {rule.name:<{names}}  {rule.docs.summary}{mark}\n")
    return "".join(lines)


def one_rule(rule: Rule) -> str:
    docs = rule.docs
    parts = [
        f"{rule.name} ({rule.code}), for {media_phrase(rule.media)}, {rule.status.value}",
        docs.summary,
        f"What it measures: {docs.measures}",
        f"Why it matters: {docs.why}",
        f"How to mend it: {docs.mend}",
    ]
    if docs.references:
        parts.append(f"References: {docs.references}")
    text = "\n\n".join(_fill(part) for part in parts)
    limits = limit_lines(rule)
    if limits:
        rows = "\n".join(f"  {key} = {value}" for key, value in limits)
        text += f"\n\nLimits, as they stand under [limits.{rule.name}]:\n{rows}"
    return text + "\n"


def _fill(text: str) -> str:
    paragraphs = (" ".join(p.split()) for p in text.split("\n\n"))
    return "\n\n".join(textwrap.fill(p, _WIDTH, break_long_words=False) for p in paragraphs)
