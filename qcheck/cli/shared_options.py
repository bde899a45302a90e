"""Options that several commands have: one name, one meaning and one way to complete each."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

__all__ = [
    "NumberRange",
    "app_option",
    "comma_separated",
    "complete_files",
    "config_option",
    "extend_select_option",
    "fail_on_option",
    "force_exclude_option",
    "ignore_option",
    "isolated_option",
    "job_options",
    "jobs_option",
    "output_format_option",
    "preview_option",
    "quiet_option",
    "result_host_option",
    "rule_names",
    "select_option",
    "speakers_option",
    "together",
    "with_options",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])


class NumberRange(click.FloatRange):
    """A number within limits; nan, which lies within any and would block nothing, is refused."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def complete_files(ctx: click.Context, param: object, incomplete: str) -> list[CompletionItem]:
    """Leave the names of files to the shell."""
    return [CompletionItem(incomplete, type="file")]


def _complete_apps(ctx: click.Context, param: object, incomplete: str) -> list[str]:
    from qcheck.targets.catalogue import all_targets

    known = [target.app for target in all_targets()]
    known += [name.partition("/")[2] for name in known]
    return sorted(name for name in known if name.startswith(incomplete))


def comma_separated(text: str) -> tuple[str, ...]:
    """The names in a list such as ``P10,V2``."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def rule_names(ctx: object, param: object, values: tuple[str, ...]) -> tuple[str, ...]:
    """The callback of options that take names one by one, or several with commas between."""
    return tuple(name for value in values for name in comma_separated(value))


def _rule_names_if_any(
    ctx: object, param: object, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    return rule_names(ctx, param, values) if values else None


app_option = click.option(
    "--for",
    "app",
    metavar="APP",
    shell_complete=_complete_apps,
    help="The app that will render; its limits apply.",
)
speakers_option = click.option(
    "--speakers", type=click.IntRange(min=1), help="How many people speak.  [default: 1]"
)
select_option = click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    callback=_rule_names_if_any,
    help="Run only these rules.",
)
extend_select_option = click.option(
    "--extend-select",
    multiple=True,
    metavar="RULES",
    callback=rule_names,
    help="Run these rules as well.",
)
ignore_option = click.option(
    "--ignore", multiple=True, metavar="RULES", callback=rule_names, help="Do not run these rules."
)
preview_option = click.option("--preview", is_flag=True, help="Run preview rules as well.")
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    help="The lowest severity that blocks.  [default: error]",
)
output_format_option = click.option(
    "--output-format",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="`qcheck formats` lists them; repeat the option for several.  [default: full]",
)
config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this configuration file and no other.",
)
isolated_option = click.option("--isolated", is_flag=True, help="Use no configuration file.")
force_exclude_option = click.option(
    "--force-exclude",
    is_flag=True,
    help="Apply the configuration's `exclude` to files that are named, too.",
)
jobs_option = click.option(
    "--jobs", "-j", type=click.IntRange(min=1), help="Number of processes.  [default: one a core]"
)
quiet_option = click.option(
    "--quiet",
    "-q",
    is_flag=True,
    help="Show findings only, without why they matter and how to fix them.",
)

result_host_option = click.option(
    "--result-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Also accept results from HOST; repeat the option for several.  [default: the platform's "
    "own host]",
)


def together(*options: Callable[[_Function], _Function]) -> Callable[[_Function], _Function]:
    """Several options as one decorator; ``--help`` shows them in this order."""

    def add(function: _Function) -> _Function:
        for option in reversed(options):
            function = option(function)
        return function

    return add


# Of the commands that check a job, which no one may send with errors: there is no "never".
job_options = together(
    *(speakers_option, preview_option),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning"]),
        help="The lowest severity that blocks.  [default: error]",
    ),
    click.option(
        "--allow-remote", is_flag=True, help="Accept addresses on the network without checking."
    ),
    *(config_option, isolated_option),
)


def with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Pass what the command line gives of a run's ``Options`` as one value called ``options``.

    Goes right above the function, below the options that it gathers.
    """

    @functools.wraps(function)
    def gathered(**given: Any) -> Any:
        from qcheck.engine.options import Options

        own = {name: given.pop(name) for name in Options.__dataclass_fields__ if name in given}
        return function(options=Options(**own), **given)

    return gathered
