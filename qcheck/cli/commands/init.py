"""`qcheck init`: a configuration to start from."""

from __future__ import annotations

from pathlib import Path

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under
from qcheck.core.errors import UsageFault

__all__ = ["init_command"]


@listed_under(Section.SET_UP, 1)
@click.command("init")
@shared.app_option
@click.argument(
    "folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def init_command(folder: Path, app: str | None) -> None:
    """Write a commented configuration, qcheck.toml, into FOLDER. It replaces nothing."""
    from qcheck.cli.configuration.template import config_template
    from qcheck.cli.saying import say
    from qcheck.core.atomic import write_new
    from qcheck.engine.settings import closest_config
    from qcheck.targets.catalogue import find_target

    target = find_target(app) if app else None
    if app and target is None:
        raise UsageFault(f"no contract is known for {app}; `qcheck apps` lists those that are")
    path = folder / "qcheck.toml"
    near = closest_config(folder)
    if near is not None and near.parent == folder.resolve():
        raise UsageFault(f"{near}: there is a configuration already")
    try:
        write_new(path, config_template(target.app if target else None))
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    say(f"{path}  written; `qcheck config show` shows the settings in force")
    if near is not None:
        say(f"{near}  no longer applies in {folder}")
