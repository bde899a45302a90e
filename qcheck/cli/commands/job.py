"""`qcheck job`: payloads and plans, and everything that they name."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.core.results import Report
    from qcheck.engine.options import Options

__all__ = ["job_command"]


@listed_under(Section.CHECK, 2)
@click.command("job")
@shared.job_options
@click.option(
    "--for",
    "payload_app",
    metavar="APP",
    help="The app that the payloads are for.  [default: as configured]",
)
@shared.force_exclude_option
@shared.output_format_option
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@shared.with_options
def job_command(
    files: tuple[str, ...], options: Options, payload_app: str | None, outputs: tuple[str, ...]
) -> None:
    """Check payloads and plans (TOML) and everything they name, and send nothing."""
    from qcheck.cli.destinations import chosen_destinations, exhibits_wanted
    from qcheck.cli.reporting import view_of, write_reports
    from qcheck.engine.setup import settings_of

    if payload_app is not None and all(_is_plan(file) for file in files):
        raise UsageFault("a plan names its app itself: --for is for payloads")
    places = chosen_destinations(outputs, options, files)
    options = dataclasses.replace(options, exhibits=exhibits_wanted(places))
    kept = [
        file
        for file in files
        if not options.force_exclude or not settings_of(Path(file), options).is_excluded(Path(file))
    ]
    report = _joined([_checked(file, payload_app, options) for file in kept])
    write_reports(report, places, view_of(options, quiet=False))
    sys.exit(report.exit_code)


def _is_plan(file: str) -> bool:
    return Path(file).suffix == ".toml"


def _checked(file: str, app: str | None, options: Options) -> Report:
    from qcheck.core.bounded_reading import read_regular, read_stdin
    from qcheck.engine.setup import settings_of
    from qcheck.jobs.check import check_job
    from qcheck.media.text import MAX_PAYLOAD_BYTES

    if _is_plan(file):
        from qcheck.jobs.plan_checks import check_plan

        return check_plan(file, options).report
    wanted = app or settings_of(Path(file), options).for_
    if wanted is None:
        raise UsageFault(f"which app is {file} for? Say so with --for APP")
    try:
        data = (
            read_stdin(MAX_PAYLOAD_BYTES) if file == "-" else read_regular(file, MAX_PAYLOAD_BYTES)
        )
    except OSError as error:
        raise UsageFault(f"{file}: {error.strerror or error}") from error
    return check_job(wanted, data, options, shown=file)


def _joined(reports: Sequence[Report]) -> Report:
    from qcheck.core.results import Report

    if not reports:
        note = "every file is excluded by the configuration"
        return Report((), None, None, notes=(note,), none_left=True)
    targets = {report.target for report in reports}
    return dataclasses.replace(
        reports[0],
        files=tuple(file for report in reports for file in report.files),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        seconds=sum(report.seconds for report in reports),
        target=targets.pop() if len(targets) == 1 else None,
    )
