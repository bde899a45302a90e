"""Where reports go: standard output or files, written whole or not at all, never over an input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from qcheck.cli.configured_outputs import refuse_led_out, refuse_unvouched
from qcheck.cli.saying import say
from qcheck.core.atomic import write_whole
from qcheck.core.credentials import hide_environment
from qcheck.core.errors import UsageFault
from qcheck.core.native_chatter import is_descriptor
from qcheck.core.results import Report
from qcheck.engine.fingerprints import source
from qcheck.engine.options import Options
from qcheck.engine.settings import Settings
from qcheck.engine.setup import run_settings
from qcheck.media.sniff import format_of_file
from qcheck.reporters import View, reporter, side_reports, wants_exhibits

__all__ = [
    "Destination",
    "chosen_destinations",
    "exhibits_wanted",
    "read_destinations",
    "write_report",
]

# What a report can never be: it is somebody's picture or recording, whether it is checked or not.
_MEDIA = ("portrait", "voice", "video")


@dataclass(frozen=True)
class Destination:
    """A format, and the file it goes to; None: standard output."""

    format: str
    path: Path | None = None
    found_in: Settings | None = None
    """The configuration that names it, where nobody named that configuration."""

    def __str__(self) -> str:
        return self.format if self.path is None else f"{self.format}={self.path}"

    def refuse_strangers(self) -> None:
        """Raise UsageFault for a file that may not be written without being named."""
        if self.path is None:
            return
        if self.found_in is not None:
            refuse_unvouched(self.path, self.found_in, "output-format", str(self), fmt=self.format)
        else:
            refuse_led_out(self.path, self.format, f"--output-format {self}")


def chosen_destinations(
    outputs: Sequence[str], options: Options, inputs: Iterable[str]
) -> list[Destination]:
    """What ``--output-format`` says, or else the configuration. Raises UsageFault."""
    if outputs:
        return read_destinations(outputs, inputs)
    settings = run_settings(options)
    found_in = settings if options.config is None and settings.origin is not None else None
    return read_destinations(settings.output_format, inputs, found_in)


def read_destinations(
    outputs: Sequence[str], inputs: Iterable[str] = (), found_in: Settings | None = None
) -> list[Destination]:
    """Read ``FORMAT`` and ``FORMAT=FILE``; where all are files, the terminal gets ``full``.

    ``found_in`` is the configuration that names them, where it was found and not named.

    Raises UsageFault, before anything is checked, for an unknown format, for a place that cannot be
    written, for two reports at one place and for one of ``inputs`` as a place.
    """
    found = [_destination(output, inputs, found_in) for output in outputs]
    if all(each.path is not None for each in found):
        found.insert(0, Destination("full"))
    places = [each.path and os.path.realpath(each.path) for each in found]
    if any(places.count(place) > 1 for place in places):
        raise UsageFault("--output-format: two formats would go to the same place")
    return found


def exhibits_wanted(places: Iterable[Destination]) -> bool:
    """Whether a report shows the files themselves, so that the run has to keep what it needs."""
    return any(wants_exhibits(place.format) for place in places)


def _destination(output: str, inputs: Iterable[str], found_in: Settings | None) -> Destination:
    name, equals, file = output.partition("=")
    reporter(name)
    if not equals:
        return Destination(name)
    if not file:
        raise UsageFault(f"--output-format {output}: the file's name is missing")
    path = Path(file)
    if is_descriptor(path, 1):
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
    place = Destination(name, path, found_in)
    if not is_descriptor(path, 2):
        place.refuse_strangers()
    return place


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


def write_report(report: Report, destination: Destination, view: View) -> None:
    """Write ``report`` in one format, and what that format leaves elsewhere beside it."""
    path = destination.path
    if path is not None and any(
        _is_same(path, checked) for file in report.files if (checked := source(file))
    ):
        raise UsageFault(f"--output-format {destination}: {path} is one of the files checked")
    text = reporter(destination.format)(report, view)
    if path is None:
        _print(text)
    elif is_descriptor(path, 2):
        click.echo(text, nl=False, err=True)
    else:
        # It may have been exchanged while files were checked.
        destination.refuse_strangers()
        _replace(path, hide_environment(text))
    for beside, addition in side_reports(destination.format, report, view).items():
        _append(beside, hide_environment(addition))


def _print(text: str) -> None:
    try:
        click.echo(text, nl=False)
        sys.stdout.flush()
    except OSError as error:
        # Python would try again when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Whoever reads what came out so far must not take it for all of it.
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
        say(f"qcheck: {path}: {error.strerror or error}", err=True)
