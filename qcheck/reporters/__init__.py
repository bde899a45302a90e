"""One module an output format, each with ``render(report, view) -> str``.

Reporters show; whatever they print was measured, judged and counted before.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qcheck.errors import UsageFault
from qcheck.results import Report
from qcheck.rule import Docs

__all__ = ["View", "formats", "reporter"]


@dataclass(frozen=True)
class View:
    """How a person wants to see the report; formats for machines ignore it."""

    colour: bool = False
    quiet: bool = False
    verbose: bool = False
    docs: Mapping[str, Docs] = field(default_factory=dict)
    """Documentation by rule name: why a finding matters and how to mend it."""


def formats() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def reporter(name: str) -> Callable[[Report, View], str]:
    """Return the format's ``render``. Raises UsageFault for a format that does not exist."""
    if name not in formats():
        raise UsageFault(f"there is no output format {name!r}; {', '.join(formats())} are known")
    render: Callable[[Report, View], str] = importlib.import_module(f"{__name__}.{name}").render
    return render
