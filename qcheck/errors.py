"""Faults of the call, not of a file: one line for the user, exit code 2. And faults of code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["UsageFault", "line_in", "place_of", "told"]


class UsageFault(Exception):
    """Bad usage, configuration or plugin; the text is the whole message."""


def told(error: BaseException) -> str:
    """What ``error`` says, in one line that begins with its kind."""
    return ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))


def place_of(function: Callable[..., Any], error: BaseException | None = None) -> str:
    """Where in its file ``function`` stands, or where in that file ``error`` came from."""
    code = function.__code__
    line = error and line_in(code.co_filename, error)
    return f"{Path(code.co_filename).name}, line {line or code.co_firstlineno}"


def line_in(file: str, error: BaseException) -> int | None:
    """The innermost line of ``file`` that ``error`` went through; None where it did not."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
