"""The page of each rule, and the table of them all."""

from __future__ import annotations

from collections.abc import Iterable

from qcheck.cli.text.rules import limit_lines, media_phrase
from qcheck.core.rule import Rule, RuleStatus
from tools.docs.examples import example

__all__ = ["rule_page", "rule_table"]


def rule_page(mark: str, rule: Rule) -> str:
    docs = rule.docs
    parts = [
        f"{mark}# {rule.name} ({rule.code})",
        f"**{docs.summary}** For {media_phrase(rule.media)}"
        + ("." if rule.status is RuleStatus.STABLE else f"; {rule.status.value}."),
        *([shown] if (shown := example(rule)) else []),
        f"## What it measures\n\n{sentence_case(docs.measures)}",
        f"## Why it matters\n\n{sentence_case(docs.why)}",
        f"## How to mend it\n\n{sentence_case(docs.mend)}",
    ]
    if limits := limit_lines(rule):
        rows = "\n".join(
            f"# {key} is not set: no limit" if value == "no limit" else f"{key} = {value}"
            for key, value in limits
        )
        parts.append(
            "## Limits\n\nThe defaults, as they stand in `qcheck.toml`:\n\n"
            f"```toml\n[limits.{rule.name}]\n{rows}\n```"
        )
    if docs.references:
        parts.append(f"## References\n\n{sentence_case(docs.references)}")
    return "\n\n".join(parts) + "\n"


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def rule_table(mark: str, rules: Iterable[Rule]) -> str:
    lines = [
        f"{mark}# Rules\n",
        "`qcheck rule NAME` shows the same text at the terminal. Preview rules run only when they "
        "are selected by name or with `--preview`.\n",
    ]
    headings = {
        "F": "Any file",
        "P": "Portraits",
        "V": "Voices",
        "J": "Payloads",
        "S": "Scripts",
        "C": "Captions",
        "M": "Videos",
        "K": "Plans",
    }
    rules = list(rules)
    for letter, heading in headings.items():
        lines += [f"## {heading}\n", "| code | rule | finds |", "|---|---|---|"]
        for rule in rules:
            if rule.code.startswith(letter):
                preview = " (preview)" if rule.status is RuleStatus.PREVIEW else ""
                link = f"[{rule.name}]({rule.name}.md){preview}"
                lines.append(f"| {rule.code} | {link} | {rule.docs.summary} |")
        lines.append("")
    return "\n".join(lines)
