"""Reports and faults from a command to whoever called it."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import click

from qcheck.cli.saying import say
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.cli.destinations import Destination
    from qcheck.core.results import Report
    from qcheck.engine.options import Options
    from qcheck.reporters import View

__all__ = ["report_fault", "show_findings", "view_of", "wants_colour", "write_reports"]


def report_fault(message: str, code: int = 2) -> int:
    """Say ``message`` in one line on standard error; return the exit code."""
    say(f"qcheck: {message}", err=True)
    return code


def view_of(
    options: Options, *, quiet: bool, verbose: bool = False, statistics: bool = False
) -> View:
    """How a person who gave these options wants to see a report."""
    from qcheck.engine.setup import docs_by_rule
    from qcheck.reporters import View

    return View(quiet=quiet, verbose=verbose, statistics=statistics, docs=docs_by_rule(options))


def write_reports(report: Report, places: Sequence[Destination], view: View) -> None:
    """Write every report that can be written; raises UsageFault where one cannot."""
    from qcheck.cli.destinations import write_report
    from qcheck.reporters import shows_statistics

    faults = []
    # Files first: who reads standard output may go away in the middle.
    for place in sorted(places, key=lambda place: place.path is None):
        colour = place.path is None and wants_colour(sys.stdout)
        try:
            write_report(report, place, dataclasses.replace(view, colour=colour))
        except UsageFault as fault:
            faults.append(str(fault))
    if view.statistics and not any(shows_statistics(place.format) for place in places):
        from qcheck.reporters._tables import statistics_table

        # A format for machines ends where it ends.
        click.echo(statistics_table(report), nl=False, err=True)
    if faults:
        raise UsageFault("; ".join(faults))


def show_findings(report: Report, options: Options) -> None:
    """Print findings on standard error: standard output belongs to the command."""
    from qcheck.reporters import reporter

    if report.exit_code == 0 and not report.counts()["warning"]:
        for note in report.notes:
            say(f"qcheck: note: {note}", err=True)
        return
    colour = wants_colour(sys.stderr)
    view = dataclasses.replace(view_of(options, quiet=not report.exit_code), colour=colour)
    click.echo(reporter("full")(report, view), nl=False, err=True)


def wants_colour(stream: IO[str]) -> bool:
    """NO_COLOR (no-color.org) beats FORCE_COLOR (force-color.org), which beats no terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
