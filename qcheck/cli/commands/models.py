"""`qcheck models`: where model files lie, and fetching them."""

from __future__ import annotations

import sys

import click

from qcheck.cli.groups import Section, WholeHelpGroup, listed_under
from qcheck.core.errors import UsageFault

__all__ = ["models_command"]


@listed_under(Section.SET_UP, 5)
@click.group("models", cls=WholeHelpGroup, invoke_without_command=True)
@click.pass_context
def models_command(ctx: click.Context) -> None:
    """Show where each model was found, or download those that are missing."""
    if ctx.invoked_subcommand is not None:
        return
    from qcheck.cli.text.models import model_list
    from qcheck.models.locate import MODELS, locate
    from qcheck.models.running import what_keeps_models_from_running

    located = [locate(name) for name in MODELS]
    click.echo(model_list(located), nl=False)
    if (missing := what_keeps_models_from_running()) is not None:
        raise missing
    sys.exit(0 if all(each.path for each in located) else 2)


@models_command.command("fetch")
@click.argument("names", nargs=-1)
def _fetch(names: tuple[str, ...]) -> None:
    """Download missing models from their official address into your cache folder.

    Apart from `qcheck run` and `qcheck collect`, no command of qcheck talks to a network, and this
    one sends nothing but the request.
    """
    from qcheck.cli.saying import say
    from qcheck.models.fetching import FetchFailed, fetch
    from qcheck.models.locate import MODELS, locate

    if unknown := [name for name in names if name not in MODELS]:
        raise UsageFault(f"there is no model {unknown[0]!r}; the models are {', '.join(MODELS)}")
    for name in names or MODELS:
        if path := locate(name).path:
            say(f"{name}  is at {path}")
            continue
        try:
            path = fetch(MODELS[name])
        except FetchFailed as failure:
            raise UsageFault(str(failure)) from failure
        say(f"{name}  fetched to {path}")
