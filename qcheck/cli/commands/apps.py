"""`qcheck apps`: the apps whose inputs qcheck knows."""

from __future__ import annotations

import click

from qcheck.cli.groups import DefaultingGroup, Section, listed_under
from qcheck.core.errors import UsageFault

__all__ = ["apps_command"]


@listed_under(Section.SET_UP, 4)
@click.group("apps", cls=DefaultingGroup, default="show")
def apps_command() -> None:
    """List the apps whose inputs qcheck knows, show one, or update one from the platform.

    `qcheck apps NAME` is short for `qcheck apps show NAME`.
    """


@apps_command.command("show")
@click.argument("name", required=False)
def _show(name: str | None) -> None:
    """List the apps, or show the inputs, limits and prices of the app NAME."""
    from qcheck.cli.text.apps import app_list, one_app
    from qcheck.targets.catalogue import all_targets, find_target

    if name is None:
        click.echo(app_list(all_targets()), nl=False)
        return
    target = find_target(name)
    if target is None:
        raise UsageFault(f"no contract is known for {name}; `qcheck apps` lists those that are")
    click.echo(one_app(target), nl=False)


@apps_command.command("update")
@click.argument("name")
@click.option(
    "--from",
    "source",
    metavar="FILE|-",
    required=True,
    help="The output of `infsh app get`; - reads standard input.",
)
def _update(name: str, source: str) -> None:
    """Update the inputs of NAMESPACE/NAME from the output of `infsh app get NAME --json`.

    \b
    infsh app get falai/dia-tts --json | qcheck apps update falai/dia-tts --from -
    """
    from qcheck.cli.saying import say
    from qcheck.core.bounded_reading import read_regular, read_stdin
    from qcheck.targets.catalogue import find_target
    from qcheck.targets.updates import MAX_UPDATE_BYTES, save_update, schema_in

    known = find_target(name)
    app = known.app if known else name.partition("@")[0]
    try:
        if source == "-":
            text = read_stdin(MAX_UPDATE_BYTES).decode("utf-8")
        else:
            text = read_regular(source, MAX_UPDATE_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{source}: {getattr(error, 'strerror', None) or error}") from error
    try:
        path = save_update(app, schema_in(text))
    except UsageFault as fault:
        raise UsageFault(f"{source}: {fault}") from fault
    say(f"{app}  updated in {path}")
