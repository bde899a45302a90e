"""A progress bar on standard error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from qcheck.core.terminal import TerminalStream

__all__ = ["progress_bar"]

_FROM_FILES = 8


class _Unescaped:
    """Standard error for the bar, which moves the cursor and holds nothing but numbers."""

    def __init__(self, stream: TerminalStream) -> None:
        self.write, self.flush, self.isatty = stream.write_own, stream.flush, stream.isatty
        self.encoding, self.errors = stream.encoding, stream.errors


def _unescaped() -> Any:
    return _Unescaped(sys.stderr) if isinstance(sys.stderr, TerminalStream) else sys.stderr


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """What a run calls with (files done, files in all); None where nobody would see the bar.

    The bar appears once it is known that there are more than a few files.
    """
    if not sys.stderr.isatty():
        yield None
        return
    bar: Any = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        if total < _FROM_FILES:
            return
        if bar is None:
            bar = click.progressbar(length=total, label="checking", file=_unescaped())
            bar.__enter__()
        bar.update(1)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)
