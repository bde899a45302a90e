"""Options that several commands have: one name, one meaning and one way to complete each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

__all__ = [
    "app",
    "complete_files",
    "config",
    "extend_select",
    "fail_on",
    "force_exclude",
    "ignore",
    "isolated",
    "jobs",
    "names",
    "output_format",
    "preview",
    "quiet",
    "select",
    "speakers",
    "split",
    "together",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def complete_files(ctx: click.Context, param: object, incomplete: str) -> list[CompletionItem]:
    """Leave the names of files to the shell."""
    return [CompletionItem(incomplete, type="file")]


def _complete_apps(ctx: click.Context, param: object, incomplete: str) -> list[str]:
    from qcheck.targets.catalogue import all_targets

    known = [target.app for target in all_targets()]
    known += [name.partition("/")[2] for name in known]
    return sorted(name for name in known if name.startswith(incomplete))


def split(text: str) -> tuple[str, ...]:
    """Names with commas between."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def names(ctx: object, param: object, values: tuple[str, ...]) -> tuple[str, ...]:
    """What was given one by one or with commas between: the callback of an option."""
    return tuple(name for value in values for name in split(value))


def _names_if_any(ctx: object, param: object, values: tuple[str, ...]) -> tuple[str, ...] | None:
    return names(ctx, param, values) if values else None


app = click.option(
    "--for",
    "app",
    metavar="APP",
    shell_complete=_complete_apps,
    help="The app that will render: its limits hold.",
)
speakers = click.option(
    "--speakers", type=click.IntRange(min=1), help="How many people speak.  [default: 1]"
)
select = click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    callback=_names_if_any,
    help="Run these rules only.",
)
extend_select = click.option(
    "--extend-select",
    multiple=True,
    metavar="RULES",
    callback=names,
    help="Run these rules too.",
)
ignore = click.option(
    "--ignore", multiple=True, metavar="RULES", callback=names, help="Do not run these rules."
)
preview = click.option("--preview", is_flag=True, help="Run preview rules too.")
fail_on = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    help="The least severity that blocks.  [default: error]",
)
output_format = click.option(
    "--output-format",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="`qcheck formats` lists them; repeat for several.  [default: full]",
)
config = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="This configuration and no other.",
)
isolated = click.option("--isolated", is_flag=True, help="No configuration file at all.")
force_exclude = click.option(
    "--force-exclude", is_flag=True, help="The configuration's exclude holds for named files too."
)
jobs = click.option(
    "--jobs", "-j", type=click.IntRange(min=1), help="Processes.  [default: one a core]"
)
quiet = click.option(
    "--quiet", "-q", is_flag=True, help="Findings only, without why and how to mend."
)


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator; ``--help`` shows them in this order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add
