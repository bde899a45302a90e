"""One module an output format, each with ``render(report, view) -> str``.

Reporters show; whatever they print was measured, judged and counted before. The first paragraph of
a module's docstring is what `qcheck formats` says of it. A format that leaves something elsewhere
too, a step summary say, has ``side_reports(report, view) -> {file: text to append}``. One that
shows the files themselves says ``EXHIBITS = True`` and finds an exhibit beside each file's report;
one that shows ``view.statistics`` says ``STATISTICS = True``. One that can tell its own files has
``wrote(head, tail) -> bool``: whether a file that begins and ends so is a report of this format.
Modules whose names begin with an underscore are shared by formats and are not formats.

Another package brings a format by an entry point in the group ``qcheck.reporters``: its name is the
format's, its value such a module.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from qcheck.core.errors import UsageFault
from qcheck.core.plugins import plugged_in
from qcheck.core.results import Report
from qcheck.core.rule import Docs
from qcheck.core.wording import briefly
from qcheck.engine.fingerprints import find_root

__all__ = [
    "REPORTERS_GROUP",
    "View",
    "format_summary",
    "formats",
    "is_report",
    "reporter",
    "shows_statistics",
    "side_reports",
    "wants_exhibits",
]


@dataclass(frozen=True)
class View:
    """How a person wants to see the report, and what reporters need beside it.

    Formats for machines ignore ``colour``, ``quiet`` and ``verbose``. A reporter that needs a file
    itself opens it with :func:`qcheck.engine.fingerprints.source`.
    """

    colour: bool = False
    quiet: bool = False
    verbose: bool = False
    docs: Mapping[str, Docs] = field(default_factory=dict)
    """Documentation by rule name: why a finding matters and how to mend it."""
    root: Path = field(default_factory=find_root)
    """What paths are relative to where another program resolves them."""
    docs_url: str | None = None
    """Where the rules' pages are published; None: as the environment or the metadata says."""
    statistics: bool = False
    """Whether findings are counted by rule, above the verdict."""


REPORTERS_GROUP = "qcheck.reporters"


def formats() -> list[str]:
    """The names of all formats, those of other packages included."""
    return sorted({*_own_formats(), *(plugged.name for plugged in plugged_in(REPORTERS_GROUP))})


def _own_formats() -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return [name for name in names if not name.startswith("_")]


def reporter(name: str) -> Callable[[Report, View], str]:
    """Return the format's ``render``. Raises UsageFault for a format that does not exist.

    What renders raises UsageFault, too, where the format makes no text: nothing at all would read
    as nothing found.
    """
    render: Callable[[Report, View], object] = _module(name).render

    def rendered(report: Report, view: View) -> str:
        text = render(report, view)
        # A person who asked for quiet hears nothing of what is fine.
        if not isinstance(text, str) or not (text.strip() or view.quiet):
            raise UsageFault(f"the output format {name} made no text, but {briefly(text)}")
        return text

    return rendered


def side_reports(name: str, report: Report, view: View) -> Mapping[Path, str]:
    """What the format appends to other files, by file."""
    beside: Callable[[Report, View], Mapping[Path, str]] | None
    beside = getattr(_module(name), "side_reports", None)
    return beside(report, view) if beside else {}


def wants_exhibits(name: str) -> bool:
    """Whether the format shows more than the report: what there is to see and hear of the files."""
    return bool(getattr(_module(name), "EXHIBITS", False))


def shows_statistics(name: str) -> bool:
    """Whether the format is for people and shows how often each rule found something."""
    return bool(getattr(_module(name), "STATISTICS", False))


# How much of a file's beginning and end says what wrote it.
_TOLD_BY_BYTES = 1 << 16


def is_report(path: Path, name: str) -> bool:
    """Whether the file is a report of qcheck's, in the format ``name`` or another, or empty.

    By marks that nobody else's files have; a format that leaves none is never recognised. Raises
    OSError.
    """
    with path.open("rb") as file:
        first = file.read(_TOLD_BY_BYTES)
        file.seek(max(0, path.stat().st_size - _TOLD_BY_BYTES))
        last = file.read(_TOLD_BY_BYTES)
    if not first:
        return True
    head, tail = (part.decode("utf-8", "replace") for part in (first, last))
    for each in dict.fromkeys((name, *_own_formats())):
        wrote: Callable[[str, str], bool] | None = getattr(_module(each), "wrote", None)
        if wrote is not None and wrote(head, tail):
            return True
    return False


def format_summary(name: str) -> str:
    """One line on the format."""
    first = (_module(name).__doc__ or "").partition("\n\n")[0]
    return " ".join(first.split())


def _module(name: str) -> ModuleType:
    if name in _own_formats():
        return importlib.import_module(f"{__name__}.{name}")
    for plugged in plugged_in(REPORTERS_GROUP):
        if plugged.name == name:
            with plugged.loading("output formats"):
                return _checked(plugged.load())
    raise UsageFault(f"there is no output format {name!r}; {', '.join(formats())} are known")


def _checked(loaded: object) -> ModuleType:
    if not isinstance(loaded, ModuleType):
        raise TypeError("it is not a module")
    if not callable(getattr(loaded, "render", None)):
        raise TypeError("it has no function render(report, view)")
    return loaded
