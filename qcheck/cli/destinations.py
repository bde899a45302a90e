"""Where reports go: standard output or files, written whole or not at all, never over an input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from qcheck.core.atomic import write_whole
from qcheck.core.errors import UsageFault
from qcheck.core.results import Report
from qcheck.engine.fingerprints import source
from qcheck.media.sniff import format_of_file
from qcheck.reporters import View, reporter, side_reports, wants_exhibits

__all__ = ["Destination", "exhibits_wanted", "read_destinations", "write_report"]

# What a report can never be: it is somebody's picture or recording, whether it is checked or not.
_MEDIA = ("portrait", "voice", "video")


@dataclass(frozen=True)
class Destination:
    """A format, and the file it goes to; None: standard output."""

    format: str
    path: Path | None = None

    def __str__(self) -> str:
        return self.format if self.path is None else f"{self.format}={self.path}"


def read_destinations(outputs: Sequence[str], inputs: Iterable[str] = ()) -> list[Destination]:
    """Read ``FORMAT`` and ``FORMAT=FILE``; where all are files, the terminal gets ``full``.

    Raises UsageFault, before anything is checked, for an unknown format, for a place that cannot be
    written, for two reports at one place and for one of ``inputs`` as a place.
    """
    found = [_destination(output, inputs) for output in outputs]
    if all(each.path is not None for each in found):
        found.insert(0, Destination("full"))
    places = [each.path and os.path.realpath(each.path) for each in found]
    if any(places.count(place) > 1 for place in places):
        raise UsageFault("--output-format: two formats would go to the same place")
    return found


def exhibits_wanted(places: Iterable[Destination]) -> bool:
    """Whether a report shows the files themselves, so that the run has to keep what it needs."""
    return any(wants_exhibits(place.format) for place in places)


def _destination(output: str, inputs: Iterable[str]) -> Destination:
    name, equals, file = output.partition("=")
    reporter(name)
    if not equals:
        return Destination(name)
    if not file:
        raise UsageFault(f"--output-format {output}: the file's name is missing")
    path = Path(file)
    if _is_stream(path, 1):
        return Destination(name)
    if not path.parent.is_dir():
        raise UsageFault(f"--output-format {output}: there is no folder {path.parent}")
    if path.is_dir():
        raise UsageFault(f"--output-format {output}: {path} is a folder")
    if path.is_file():
        _refuse_inputs(output, path, inputs)
    # The file is made beside the place that it takes; a device or a pipe is written itself.
    real = Path(os.path.realpath(path))
    if not os.access(real if real.exists() and not real.is_file() else real.parent, os.W_OK):
        raise UsageFault(f"--output-format {output}: {path} cannot be written")
    return Destination(name, path)


def _refuse_inputs(output: str, path: Path, inputs: Iterable[str]) -> None:
    known = format_of_file(path)
    if known is not None and known.medium in _MEDIA:
        raise UsageFault(
            f"--output-format {output}: {path} is a {known.medium}, which no report may replace"
        )
    for given in map(Path, inputs):
        below = known is not None and given.is_dir() and _is_below(path, given)
        if below or _is_same(path, given):
            raise UsageFault(f"--output-format {output}: {path} is one of the files to check")


def _is_below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def _is_stream(path: Path, descriptor: int) -> bool:
    """Whether ``path`` is what the process writes to anyway: /dev/stdout, say."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except (OSError, ValueError):
        return False


def write_report(report: Report, destination: Destination, view: View) -> None:
    """Write ``report`` in one format, and what that format leaves elsewhere beside it."""
    path = destination.path
    if path is not None and any(
        _is_same(path, checked) for file in report.files if (checked := source(file))
    ):
        raise UsageFault(f"--output-format {destination}: {path} is one of the files checked")
    text = reporter(destination.format)(report, view)
    if path is None:
        _print(text, view)
    elif _is_stream(path, 2):
        click.echo(text, nl=False, err=True, color=view.colour)
    else:
        _replace(path, text)
    for beside, addition in side_reports(destination.format, report, view).items():
        _append(beside, addition)


def _print(text: str, view: View) -> None:
    try:
        click.echo(text, nl=False, color=view.colour)
        sys.stdout.flush()
    except OSError as error:
        # Python would try again when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # A reader that has seen enough, `head` say, changes nothing in what was found.
        if not isinstance(error, BrokenPipeError):
            raise UsageFault(f"standard output: {error.strerror or error}") from error


def _replace(path: Path, text: str) -> None:
    """Write the file whole or not at all: a report cut short could read as a pass."""
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            # A device or a pipe: there is nothing to replace.
            path.write_text(text, "utf-8")
            return
        write_whole(path, text)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write(text)
    except OSError as error:
        # The findings are shown already; what is beside them must not change the exit code.
        print(f"qcheck: {path}: {error.strerror or error}", file=sys.stderr)
