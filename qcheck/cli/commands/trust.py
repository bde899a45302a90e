"""``qcheck trust``: let the plugins of a configuration run."""

from __future__ import annotations

from pathlib import Path

import click

from qcheck.cli.groups import Section, listed_under
from qcheck.core.errors import UsageFault, printable

__all__ = ["trust_command"]


@listed_under(Section.SET_UP, 3)
@click.command("trust")
@click.argument("place", default=".", type=click.Path(exists=True, path_type=Path))
@click.option("--forget", is_flag=True, help="Trust it no longer.")
def trust_command(place: Path, forget: bool) -> None:
    """Let the plugins run that the configuration at PLACE names: a file, or a folder below one.

    Plugins are code. They run only in a configuration that you named with --config or trusted here,
    and only as long as they stay as they were: after a change, look at them and trust them again.
    """
    from qcheck.cli.configuration.edits import path_from_here
    from qcheck.cli.saying import say
    from qcheck.engine.settings import closest_config, load_settings
    from qcheck.engine.trust import distrust, files_of, trust

    config = closest_config(place) if place.is_dir() else place
    if config is None:
        raise UsageFault(f"{printable(str(place))}: there is no configuration")
    settings = load_settings(config)
    shown = printable(path_from_here(config))
    if forget:
        distrust(settings)
        say(f"{shown} is no longer trusted")
        return
    files = [printable(path_from_here(file)) for file in files_of(settings)]
    if not files:
        raise UsageFault(f"{shown} names no plugins: there is nothing to trust")
    trust(settings)
    click.echo("\n".join([f"{shown} is trusted to run", *(f"  {file}" for file in files)]))
