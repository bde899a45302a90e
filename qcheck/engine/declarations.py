"""What somebody else's rule declares, looked at before it runs: a typo is told once."""

from __future__ import annotations

import dataclasses
import datetime
import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

from qcheck.core.errors import UsageFault, told
from qcheck.core.job import Job
from qcheck.core.probe import is_probe, measure_function, wants
from qcheck.core.rule import Rule
from qcheck.core.typed import typed
from qcheck.media.file import File
from qcheck.probes.evidence import Beside

__all__ = ["check_declaration"]


def check_declaration(rule: Rule) -> None:
    """Raise UsageFault for a rule that asks for what there is not, or has limits that are none."""
    _check_wants(rule.function, f"rule {rule.name}", (rule.limits,))
    where = f"{rule.file}: rule {rule.name}: limits"
    try:
        limits = rule.limits()
        hints = typing.get_type_hints(rule.limits)
    except Exception as error:
        raise UsageFault(f"{where}: {told(error)}") from error
    for field in dataclasses.fields(rule.limits):
        _check_limit(getattr(limits, field.name), hints[field.name], f"{where}: {field.name}")


def _check_wants(
    function: Callable[..., Any],
    who: str,
    known: tuple[type, ...] = (),
    asking: tuple[type, ...] = (),
) -> None:
    """See to it that ``function`` asks for probes that there are, and these in their turn."""
    if not isinstance(function, types.FunctionType):
        raise UsageFault(f"{who}: a function is expected, not {function!r}")
    where = f"{function.__code__.co_filename}, line {function.__code__.co_firstlineno}: {who}"
    try:
        asked = wants(function)
    except Exception as error:
        raise UsageFault(f"{where}: an annotation cannot be read: {told(error)}") from error
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in asked and parameter.default is inspect.Parameter.empty:
            raise UsageFault(f"{where}: {name} has no annotation: which probe is it?")
    for name, wanted in asked.items():
        if wanted in (File, Job, Beside, *known):
            continue
        shown = getattr(wanted, "__name__", wanted)
        if not is_probe(wanted):
            hint = (
                ": @rule(…, limits=Limits) makes it its own" if known and name == "limits" else ""
            )
            raise UsageFault(f"{where}: {name} is asked for as {shown}, which is no probe{hint}")
        if wanted in asking:
            raise UsageFault(f"{where}: {shown} is measured from itself")
        if not wanted.__module__.startswith("qcheck."):
            _check_wants(_measuring(wanted, where), f"probe {shown}", asking=(*asking, wanted))


def _measuring(probe: type, where: str) -> Callable[..., Any]:
    try:
        return measure_function(probe)
    except Exception as error:
        raise UsageFault(f"{where}: what measures {probe.__name__}: {told(error)}") from error


def _check_limit(default: Any, hint: Any, where: str) -> None:
    if not _configurable(hint):
        shown = getattr(hint, "__name__", hint) if isinstance(hint, type) else hint
        raise UsageFault(
            f"{where}: no configuration can give {shown}; int, float, str, bool, a date and "
            "tuple[…, ...] of them can be, and each of them or None"
        )
    if default is not None or types.NoneType not in typing.get_args(hint):
        typed(default, hint, where)


def _configurable(hint: Any) -> bool:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return all(_configurable(each) for each in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return _configurable(typing.get_args(hint)[0])
    return hint in (int, float, str, bool, datetime.date, types.NoneType)
