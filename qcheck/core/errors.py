"""Faults of the call, not of a file: one line for the user, exit code 2. And faults of code."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qcheck.core.terminal import one_line

__all__ = [
    "LeftProgram",
    "UsageFault",
    "causes",
    "place_below",
    "place_of",
    "printable",
    "staying",
    "told",
]


class UsageFault(Exception):
    """Bad usage, configuration or plugin; the text is the whole message."""


class LeftProgram(Exception):
    """A part of qcheck, or of a plugin, would have ended the program, as if all were well."""


@contextmanager
def staying() -> Iterator[None]:
    """Whoever calls qcheck goes on: an exit within becomes :class:`LeftProgram`."""
    try:
        yield
    except SystemExit as leave:
        place = place_below(Path(__file__).parents[1], leave)
        raise LeftProgram(f"a part of it left the program ({place})") from leave


def told(error: BaseException) -> str:
    """What ``error`` says, in one line that begins with its kind."""
    return ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """``error`` and what it came of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def place_of(function: Callable[..., Any], error: BaseException | None = None) -> str:
    """Where ``function`` stands, or where in its file ``error`` came from."""
    file, line = Path(function.__code__.co_filename), function.__code__.co_firstlineno
    return (error and place_below(file, error)) or f"{file.name}, line {line}"


def place_below(path: Path, error: BaseException) -> str | None:
    """The innermost line of the file, or of one in the folder, that ``error`` went through."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(path):
            found = f"{file.name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found


def printable(name: str) -> str:
    """A file name in one line that can be shown, see :mod:`qcheck.core.terminal`."""
    with contextlib.suppress(UnicodeEncodeError):
        # Where the locale is not UTF-8, Python holds the bytes of names that are.
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return one_line(name)
