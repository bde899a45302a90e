"""What other packages bring: rules, repairs, output formats and contracts, all by entry point.

A package names what it brings under one of the groups ``qcheck.rules``, ``qcheck.fixes``,
``qcheck.reporters`` and ``qcheck.targets``; what it names is imported when it is first needed, and
whatever goes wrong on the way becomes one line that says which package it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qcheck.core.errors import UsageFault, place_below, told

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["Plugged", "loading", "plugged_in"]

# The root of the file system: what an entry point loads may lie anywhere below it.
_ANYWHERE = Path(Path(__file__).anchor)


@dataclass(frozen=True)
class Plugged:
    """One entry point of an installed package."""

    point: EntryPoint

    @property
    def name(self) -> str:
        return self.point.name

    def load(self) -> object:
        """Import what the entry point names. To be called within :meth:`loading`."""
        loaded: object = self.point.load()
        return loaded

    def loading(self, kind: str) -> AbstractContextManager[None]:
        """Whatever goes wrong while ``kind`` is loaded from it, as one line."""
        dist = self.point.dist
        package = dist.name if dist is not None else "unknown package"
        return loading(f"the {kind} of {self.point.value!r} ({package}) do not load")


@cache
def plugged_in(group: str) -> tuple[Plugged, ...]:
    """What installed packages bring to ``group``. The first call in a process costs some 50 ms."""
    from importlib.metadata import entry_points

    return tuple(Plugged(point) for point in entry_points(group=group))


@contextmanager
def loading(what: str, path: Path = _ANYWHERE) -> Iterator[None]:
    """Whatever somebody else's module raises becomes one line, with its place below ``path``."""
    try:
        yield
    except (UsageFault, KeyboardInterrupt):
        raise
    except BaseException as error:
        # A syntax error names its line itself.
        place = not isinstance(error, SyntaxError) and place_below(path.absolute(), error)
        raise UsageFault(f"{what}: {told(error)}{f' ({place})' if place else ''}") from error
