"""The limits of a rule, layer over layer; and what no layer may say."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest

from qcheck.core.errors import UsageFault
from qcheck.core.rule import NoLimits, Rule, RuleStatus
from qcheck.engine.limits import LimitLayer, limit_layers, resolve_limits
from qcheck.engine.registry import Rules, load_rules
from qcheck.engine.settings import Settings
from qcheck.targets.catalogue import all_targets
from qcheck.targets.contract import Target


@dataclass(frozen=True)
class Limits:
    warn_above_s: float = 15
    formats: tuple[str, ...] = ()


RULE = Rule("r", "T01", ("voice",), Limits, print, RuleStatus.STABLE, "")
RULES = Rules([RULE])
TARGET = dataclasses.replace(all_targets()[0], app="a/b", limits={})


def of(limits: dict[str, dict[str, object]]) -> Target:
    return dataclasses.replace(TARGET, limits=limits)


def test_later_layers_override_earlier_ones_key_by_key() -> None:
    target = of({"r": {"warn-above-s": 20, "formats": ["WAV"]}})
    settings = Settings(limits={"r": {"warn-above-s": 25}})
    layers = limit_layers(settings, target, RULES)
    assert [layer.origin for layer in layers] == ["contract of a/b", "defaults"]
    assert resolve_limits(RULE, layers) == Limits(25.0, ("WAV",))


def test_limits_of_other_rules_change_nothing() -> None:
    assert resolve_limits(RULE, [LimitLayer("user", {"other": {"warn-above-s": 1}})]) == Limits()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"warn-above": 1}, "limits.r: warn-above: no such key; did you mean warn-above-s?"),
        ({"warn_above_s": 1}, "did you mean warn-above-s?"),
        ({"warn-above-s": "1"}, "a number is expected"),
    ],
)
def test_bad_limits_are_refused_from_a_contract_and_from_a_configuration(
    table: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageFault, match=r"contract of a/b: limits\.r") as caught:
        limit_layers(Settings(), of({"r": table}), RULES)
    assert says in str(caught.value)
    with pytest.raises(UsageFault, match=r"defaults: limits\.r") as caught:
        limit_layers(Settings(limits={"r": table}), None, RULES)
    assert says in str(caught.value)


@pytest.mark.parametrize("target", all_targets(), ids=lambda target: target.short_name)
def test_limits_of_every_known_contract_are_limits_of_rules(target: Target) -> None:
    limit_layers(Settings(), target, load_rules())


def test_limits_of_a_rule_that_does_not_exist_are_refused() -> None:
    with pytest.raises(UsageFault, match=r"contract of a/b: limits\.rr: there is no such rule"):
        limit_layers(Settings(), of({"rr": {}}), RULES)


def test_a_rule_without_limits_takes_none() -> None:
    bare = Rule("r", "T01", ("voice",), NoLimits, print, RuleStatus.STABLE, "")
    with pytest.raises(UsageFault, match="no such key"):
        resolve_limits(bare, [LimitLayer("user", {"r": {"x": 1}})])
