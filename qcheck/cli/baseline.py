"""`qcheck baseline`: findings that are known and do not count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qcheck.cli import shared
from qcheck.cli.shared import together
from qcheck.core.errors import UsageFault
from qcheck.core.wording import plural

if TYPE_CHECKING:
    from qcheck.core.results import Report
    from qcheck.engine.baseline import Baseline

__all__ = ["baseline"]


@click.group()
def baseline() -> None:
    """Write down what is known, so that only what is new or worse blocks."""


_options = together(
    click.option(
        "--baseline",
        "path",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The file.  [default: as configured, or qcheck-baseline.json]",
    ),
    *(shared.app, shared.speakers, shared.select, shared.extend_select, shared.ignore),
    *(shared.preview, shared.config, shared.isolated, shared.jobs),
)


@baseline.command("update")
@_options
@click.argument("files", nargs=-1, required=True)
def update(files: tuple[str, ...], path: Path | None, **given: Any) -> None:
    """Check FILES and write down what is found in the place of what was known of them.

    What is known of other files stays, unless they are gone.
    """
    from qcheck.engine.baseline import Baseline

    place = _place(path, given)
    known = Baseline.read(place) if place.exists() else Baseline(place)
    updated = known.updated(_checked(files, given))
    updated.write()
    click.echo(f"{place}: {_difference(known, updated)}")


@baseline.command("prune")
@_options
@click.argument("files", nargs=-1)
def prune(files: tuple[str, ...], path: Path | None, **given: Any) -> None:
    """Remove entries that nothing matches any more. Without FILES the files that it names."""
    from qcheck.core.results import Report
    from qcheck.engine.baseline import Baseline

    known = Baseline.read(_place(path, given))
    there = (known.root / entry.file for entry in known.entries)
    names = files or tuple(dict.fromkeys(str(file) for file in there if file.is_file()))
    report = _checked(names, given) if names else Report((), None, None)
    pruned = known.pruned(report)
    for entry in sorted(set(known.entries) - set(pruned.entries)):
        click.echo(f"{entry.file}: {entry.rule}: {entry.message}")
    if pruned != known:
        pruned.write()
    click.echo(f"{known.path}: {_difference(known, pruned)}")


def _place(path: Path | None, given: dict[str, Any]) -> Path:
    from qcheck.engine.baseline import DEFAULT
    from qcheck.engine.options import Options
    from qcheck.engine.setup import run_settings

    if path is not None:
        return path
    settings = run_settings(Options(config=given["config"], isolated=given["isolated"]))
    return settings.baseline_path or Path(DEFAULT)


def _checked(files: tuple[str, ...], given: dict[str, Any]) -> Report:
    from qcheck.engine.options import Options
    from qcheck.engine.run import run

    report = run(files, Options(**given))
    if report.crashed:
        crash = next(outcome for file in report.files for outcome in file.crashes)
        raise UsageFault(f"the rule {crash.rule} crashed, so nothing was written: {crash.reason}")
    return report


def _difference(before: Baseline, after: Baseline) -> str:
    added = len(set(after.entries) - set(before.entries))
    gone = len(set(before.entries) - set(after.entries))
    return f"{plural(len(after.entries), 'known finding')}, {added} added, {gone} removed"
