"""How a probe is declared, and what it may raise.

A probe is a frozen dataclass of measurements together with the function that takes them::

    @probe("qcheck.probes.face:measure_face")
    @dataclass(frozen=True)
    class Face: ...

    def measure_face(faces: Faces) -> Face: ...      # in qcheck/probes/face.py

The declaration is light (no numpy, no cv2), so that rules can name what they want to see without
loading what measures it. The function is imported when a selected rule first asks for it; its
annotations say what it needs in turn: other probes, or the :class:`~qcheck.media.file.File` that
everything starts from. The engine measures each probe at most once a file and times it.
"""

from __future__ import annotations

import importlib
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

__all__ = [
    "Inapplicable",
    "MeasureFunction",
    "Unmeasurable",
    "is_probe",
    "measure_function",
    "probe",
    "wants",
]

T = TypeVar("T")
MeasureFunction = Callable[..., Any]


class Unmeasurable(Exception):
    """The thing exists but cannot be measured; every rule that asks is skipped with this reason.

    The gate stays shut: a rule that applies and did not look is not a pass.
    """


class Inapplicable(Unmeasurable):
    """There is nothing to measure (the bit rate of a WAV); rules are skipped, the gate may open."""


def probe(measured_by: str | MeasureFunction) -> Callable[[type[T]], type[T]]:
    """Declare a dataclass as a probe, measured by ``"module:function"`` or a function."""
    if isinstance(measured_by, type):
        raise TypeError(f"probe {measured_by.__name__}: what measures it? @probe(measure)")

    def declare(cls: type[T]) -> type[T]:
        cls.__measured_by__ = measured_by  # type: ignore[attr-defined]
        return cls

    return declare


def is_probe(cls: object) -> bool:
    return isinstance(cls, type) and "__measured_by__" in vars(cls)


def measure_function(cls: type) -> MeasureFunction:
    """The function that measures ``cls``; its module is imported here, when it is first needed."""
    measured_by: str | MeasureFunction = vars(cls)["__measured_by__"]
    if callable(measured_by):
        return measured_by
    module, _, name = measured_by.partition(":")
    function: MeasureFunction = getattr(importlib.import_module(module), name)
    return function


@cache
def wants(function: Callable[..., Any]) -> dict[str, type]:
    """What a rule or a measuring function asks for: its parameters' names and types."""
    # The return type may be a name for type checkers only, so it is not looked up.
    parameters = {n: t for n, t in function.__annotations__.items() if n != "return"}
    shell = types.SimpleNamespace(__annotations__=parameters)
    return typing.get_type_hints(shell, globalns=function.__globals__)
