"""`qcheck ignore`: findings that may stay, why, and until when."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import click

from qcheck.cli.groups import Section, WholeHelpGroup, listed_under
from qcheck.cli.shared_options import comma_separated
from qcheck.core.errors import UsageFault

__all__ = ["ignore_command"]


@listed_under(Section.CHECK, 4)
@click.group("ignore", cls=WholeHelpGroup)
def ignore_command() -> None:
    """Let a finding stay, with a reason and a last day."""


@ignore_command.command("add")
@click.argument("rules", metavar="RULE")
@click.argument("path")
@click.option("--reason", required=True, help="Why the finding may stay.")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day on which it may stay.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration to change.  [default: the closest]",
)
def _add(rules: str, path: str, reason: str, until: str | None, config: Path | None) -> None:
    """Let findings of RULE stay in PATH, and write that into the configuration.

    RULE is a name, a code or another selector; separate several with commas. PATH is a file, a
    folder or a glob. Comments and layout of the configuration stay as they are.
    """
    from qcheck.cli.configuration.edits import add_ignore, config_to_edit, path_from_here
    from qcheck.cli.saying import say
    from qcheck.engine.options import Options
    from qcheck.engine.settings import load_settings
    from qcheck.engine.setup import rules_of

    place = config_to_edit(config)
    settings = load_settings(place) if place.exists() else None
    names = list(comma_separated(rules))
    known = rules_of(Options(config=place if settings else None, isolated=not settings))
    for name in names:
        known.matching(name)
    if not names or not reason.strip():
        raise UsageFault("both a rule and a reason are needed")
    last = _day(until)
    pattern = _pattern(path, place.resolve().parent)
    if settings and any(
        entry.path == pattern and set(names) <= set(entry.rules) and entry.until == last
        for entry in settings.ignores
    ):
        raise UsageFault(f"{place}: this entry is there already")
    add_ignore(place, pattern, names, reason.strip(), last)
    ends = f" until {last}" if last else ""
    say(f"{path_from_here(place)}: {', '.join(names)} is ignored in {pattern}{ends}")


def _day(text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageFault(f"--until {text}: must be a day such as 2027-06-30") from error
    if day < datetime.date.today():
        raise UsageFault(f"--until {text}: that day has passed")
    return day


def _pattern(path: str, folder: Path) -> str:
    """PATH as a configuration in ``folder`` names it; a glob stays as it was typed."""
    there = Path(path)
    if not there.exists():
        if not re.search(r"[*?]", path):
            raise UsageFault(f"{path}: no such file or folder")
        return path
    if re.search(r"[*?]", there.resolve().as_posix()):
        raise UsageFault(f"{path}: a name with * or ? in it would be read as a pattern")
    try:
        relative = there.resolve().relative_to(folder)
    except ValueError as error:
        raise UsageFault(f"{path}: it is not below {folder}, where the configuration is") from error
    if not relative.parts:
        return "**"
    # Without the slash in front, a bare name would hold in every folder.
    return f"/{relative.as_posix()}"
