"""The limits of a rule: its defaults, the app's contract over them, the configuration over both.

This is the one place that knows the layers; whoever needs a limit asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.core.rule import Rule
from qcheck.core.typed import from_table, near
from qcheck.engine.registry import Rules
from qcheck.engine.settings import Settings
from qcheck.targets.contract import Target

__all__ = ["LimitLayer", "limit_layers", "resolve_limits"]


@dataclass(frozen=True)
class LimitLayer:
    """Limits from one source: rule name to limit name (kebab-case) to value."""

    origin: str
    """What messages call the source: a file, a contract."""
    limits: Mapping[str, Mapping[str, Any]]


def limit_layers(settings: Settings, target: Target | None, rules: Rules) -> tuple[LimitLayer, ...]:
    """Where limits come from, the later ones over the earlier ones.

    Raises UsageFault for limits of a rule that does not exist, for limits that it does not have and
    for values of the wrong type, whether the rule is selected or not.
    """
    layers = [LimitLayer(str(settings.origin) if settings.origin else "defaults", settings.limits)]
    if target is not None:
        layers.insert(0, LimitLayer(f"contract of {target.app}", target.limits))
    by_name = {rule.name: rule for rule in rules.all}
    for layer in layers:
        for name in layer.limits:
            if name not in by_name:
                raise UsageFault(
                    f"{layer.origin}: limits.{name}: there is no such rule{near(name, by_name)}"
                )
            resolve_limits(by_name[name], [layer])
    return tuple(layers)


def resolve_limits(rule: Rule, layers: Iterable[LimitLayer]) -> Any:
    """The rule's limits: its defaults, then each layer in turn. Raises UsageFault."""
    limits = rule.limits()
    for layer in layers:
        table = layer.limits.get(rule.name, {})
        if table:
            where = f"{layer.origin}: limits.{rule.name}"
            limits = from_table(rule.limits, table, where, base=limits)
    return limits
