"""Apps as `qcheck apps` shows them, from the same contracts as the checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qcheck.core.terminal import one_line
from qcheck.core.typed import toml_value
from qcheck.targets.contract import Target

__all__ = ["app_list", "input_lines", "one_app", "price_lines"]

_ENDS = (("minimum", "from"), ("maximum", "to"))


def app_list(targets: Sequence[Target]) -> str:
    return "".join(f"{one_line(f'{target.app:<26} {target.summary}')}\n" for target in targets)


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
    return "".join(f"{one_line(line)}\n" for line in lines)


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


def price_lines(target: Target) -> list[str]:
    """What a second of video costs."""
    return [
        f"{price.usd_per_second:g} USD a second"
        + "".join(f", {name} {value}" for name, value in price.when.items())
        for price in target.prices
    ]


def _toml(value: Any) -> str:
    return toml_value(tuple(value) if isinstance(value, list) else value)
