"""`qcheck check`, which is also what `qcheck FILES` does."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under

if TYPE_CHECKING:
    from qcheck.core.results import Report
    from qcheck.engine.options import Options

__all__ = ["check_command"]

_options = shared.together(
    *(shared.app_option, shared.speakers_option, shared.select_option),
    *(shared.extend_select_option, shared.ignore_option, shared.preview_option),
    shared.fail_on_option,
    click.option(
        "--min-score",
        type=shared.NumberRange(0, 100),
        help="Block files whose weakest score is below this.",
    ),
    *(shared.output_format_option, shared.config_option, shared.isolated_option),
    shared.force_exclude_option,
    click.option(
        "--changed-since",
        metavar="REV",
        help="Check only files that changed since the branch left REV, according to git.",
    ),
    click.option(
        "--baseline",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Do not count findings in this file, which `qcheck baseline update` writes.",
    ),
    click.option(
        "--cache",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep results in this folder, and use those already in it.",
    ),
    shared.jobs_option,
    click.option("--statistics", is_flag=True, help="Count findings by rule."),
    click.option("--timings", is_flag=True, help="Show what took how long."),
    shared.quiet_option,
    click.option(
        "--verbose", "-v", is_flag=True, help="Show passes, skips and tracebacks as well."
    ),
)


@listed_under(Section.CHECK, 1)
@click.command("check")
@click.argument("files", nargs=-1, required=True, shell_complete=shared.complete_files)
@_options
@shared.with_options
def check_command(
    files: tuple[str, ...],
    options: Options,
    outputs: tuple[str, ...],
    changed_since: str | None,
    baseline: Path | None,
    statistics: bool,
    timings: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check FILES: portraits, recordings, folders of them, or - for standard input.

    RULES are names, codes, beginnings of codes (P, V2), portrait, voice or ALL, separated by
    commas.
    """
    from qcheck.engine.workers import start_early

    # A folder may hold anything.
    count = len(files) if all(Path(file).is_file() for file in files) else os.cpu_count() or 1
    start_early(count, options.jobs or os.cpu_count() or 1)
    from qcheck.cli.destinations import chosen_destinations, exhibits_wanted
    from qcheck.cli.progress import progress_bar
    from qcheck.cli.reporting import view_of, write_reports
    from qcheck.engine.run import run
    from qcheck.engine.setup import run_settings

    settings = run_settings(options)
    places = chosen_destinations(outputs, options, files)
    options = dataclasses.replace(options, exhibits=exhibits_wanted(places))
    without_known = _without_known(baseline or settings.baseline_path)
    only = _changed(changed_since)
    with progress_bar() as progress:
        report = without_known(run(files, options, progress, only))
    view = view_of(options, quiet=quiet, verbose=verbose, statistics=statistics)
    write_reports(report, places, view)
    if timings:
        from qcheck.reporters._tables import timings_table

        click.echo(timings_table(report), nl=False, err=True)
    sys.exit(report.exit_code)


def _without_known(path: Path | None) -> Callable[[Report], Report]:
    """What leaves out of a report the findings that the baseline knows."""
    if path is None:
        return lambda report: report
    from qcheck.engine.baseline import Baseline

    return Baseline.read(path).without_known


def _changed(revision: str | None) -> Callable[[Path], bool] | None:
    if revision is None:
        return None
    from qcheck.engine.git_changes import changed_since

    return changed_since(revision)
