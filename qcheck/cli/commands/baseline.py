"""`qcheck baseline`: findings that are known and do not count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, WholeHelpGroup, listed_under
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.core.results import Report
    from qcheck.engine.baseline import Baseline
    from qcheck.engine.options import Options

__all__ = ["baseline_command"]


@listed_under(Section.CHECK, 3)
@click.group("baseline", cls=WholeHelpGroup)
def baseline_command() -> None:
    """Record the findings there are, so that only new or worse ones block."""


_options = shared.together(
    click.option(
        "--baseline",
        "path",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The baseline file.  [default: as configured, or qcheck-baseline.json]",
    ),
    *(shared.app_option, shared.speakers_option, shared.select_option),
    *(shared.extend_select_option, shared.ignore_option, shared.preview_option),
    *(shared.config_option, shared.isolated_option, shared.jobs_option),
)


@baseline_command.command("update")
@_options
@click.argument("files", nargs=-1, required=True)
@shared.with_options
def _update(files: tuple[str, ...], path: Path | None, options: Options) -> None:
    """Check FILES, and record what is found instead of what was recorded for them.

    What is recorded for other files stays, unless the files are gone.
    """
    from qcheck.cli.saying import say
    from qcheck.engine.baseline import Baseline

    place = _place(path, options)
    known = Baseline.read(place) if place.exists() else Baseline(place)
    updated = known.updated(_checked(files, options))
    updated.write()
    say(f"{place}: {_difference(known, updated)}")


@baseline_command.command("prune")
@_options
@click.argument("files", nargs=-1)
@shared.with_options
def _prune(files: tuple[str, ...], path: Path | None, options: Options) -> None:
    """Check FILES, or all recorded files, and remove entries that no longer match a finding."""
    from qcheck.cli.saying import say
    from qcheck.core.results import Report
    from qcheck.engine.baseline import Baseline

    known = Baseline.read(_place(path, options))
    there = (known.root / entry.file for entry in known.entries)
    names = files or tuple(dict.fromkeys(str(file) for file in there if file.is_file()))
    report = _checked(names, options) if names else Report((), None, None)
    pruned = known.pruned(report)
    for entry in sorted(set(known.entries) - set(pruned.entries)):
        say(f"{entry.file}: {entry.rule}: {entry.message}")
    if pruned != known:
        pruned.write()
    say(f"{known.path}: {_difference(known, pruned)}")


def _place(path: Path | None, options: Options) -> Path:
    from qcheck.cli.configured_outputs import refuse_led_out, refuse_unvouched
    from qcheck.engine.baseline import DEFAULT
    from qcheck.engine.setup import run_settings

    if path is not None:
        return path
    settings = run_settings(options)
    if settings.baseline is None or settings.baseline_path is None:
        refuse_led_out(Path(DEFAULT), None, "--baseline FILE")
        return Path(DEFAULT)
    if options.config is None:
        refuse_unvouched(settings.baseline_path, settings, "baseline", settings.baseline)
    return settings.baseline_path


def _checked(files: tuple[str, ...], options: Options) -> Report:
    from qcheck.engine.run import run

    report = run(files, options)
    if report.crashed:
        crash = next(outcome for file in report.files for outcome in file.crashes)
        raise UsageFault(f"the rule {crash.rule} crashed, so nothing was written: {crash.reason}")
    return report


def _difference(before: Baseline, after: Baseline) -> str:
    from qcheck.core.wording import plural

    added = len(set(after.entries) - set(before.entries))
    gone = len(set(before.entries) - set(after.entries))
    return f"{plural(len(after.entries), 'known finding')}, {added} added, {gone} removed"
