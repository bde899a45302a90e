"""`qcheck config`: the settings in force, and the schema of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, WholeHelpGroup, listed_under

if TYPE_CHECKING:
    from qcheck.engine.options import Options

__all__ = ["config_command"]


@listed_under(Section.SET_UP, 2)
@click.group("config", cls=WholeHelpGroup)
def config_command() -> None:
    """Show the settings in force and where each one is set, or the configuration's schema."""


@config_command.command("show")
@click.argument("path", default=".", type=click.Path(exists=True, path_type=Path))
@shared.together(
    *(shared.app_option, shared.speakers_option, shared.config_option, shared.isolated_option)
)
@click.option("--all", "every", is_flag=True, help="Show limits that nobody changed as well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@shared.with_options
def _show(path: Path, options: Options, every: bool, as_json: bool) -> None:
    """Show the settings for PATH, a file or a folder, and where each value comes from."""
    import json

    from qcheck.cli.configuration.in_force import settings_in_force, settings_table
    from qcheck.core.terminal import escape_json

    found = list(settings_in_force(path, options, every))
    if as_json:
        rows = [{"key": s.key, "value": s.value, "origin": s.origin} for s in found]
        click.echo(escape_json(json.dumps(rows, ensure_ascii=False, indent=1)))
        return
    click.echo(settings_table(found), nl=False)


@config_command.command("schema")
@click.option("--isolated", is_flag=True, help="Describe the built-in rules only.")
@shared.with_options
def _schema(options: Options) -> None:
    """Print the JSON Schema of qcheck.toml, with the limits of every rule."""
    import json

    from qcheck.cli.configuration.json_schema import config_schema
    from qcheck.core.terminal import escape_json
    from qcheck.engine.setup import rules_of

    schema = config_schema(rules_of(options))
    click.echo(escape_json(json.dumps(schema, ensure_ascii=False, indent=1)))
