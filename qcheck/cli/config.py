"""`qcheck init` and `qcheck config`: a configuration to start from, and what holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from qcheck.cli import shared
from qcheck.core.errors import UsageFault

__all__ = ["config", "init"]


@click.command()
@shared.app
@click.argument(
    "folder", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def init(folder: Path, app: str | None) -> None:
    """Write a commented configuration, qcheck.toml, into FOLDER. It replaces nothing."""
    from qcheck.engine.config_docs import example
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
        with path.open("x", encoding="utf-8") as file:
            file.write(example(target.app if target else None))
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    click.echo(f"{path}  written; `qcheck config show` says what holds")
    if near is not None:
        click.echo(f"{near}  does not hold in {folder} any more")


@click.group()
def config() -> None:
    """Show what is configured and where, or the schema of the configuration."""


@config.command("show")
@click.argument("path", default=".", type=click.Path(exists=True, path_type=Path))
@shared.together(shared.app, shared.speakers, shared.config, shared.isolated)
@click.option("--all", "every", is_flag=True, help="Limits that are the rules' own, too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(path: Path, every: bool, as_json: bool, **given: Any) -> None:
    """Show what holds for PATH, a file or a folder, and where each value comes from."""
    from qcheck.engine.config_docs import table_text, values
    from qcheck.engine.options import Options

    found = list(values(path, Options(**given), every))
    if as_json:
        rows = [{"key": v.key, "value": v.value, "origin": v.origin} for v in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    click.echo(table_text(found), nl=False)


@config.command("schema")
@click.option("--isolated", is_flag=True, help="Of the built-in rules only.")
def schema(isolated: bool) -> None:
    """Print the JSON Schema of qcheck.toml, with the limits of every rule."""
    from qcheck.engine.config_docs import schema as schema_of
    from qcheck.engine.options import Options
    from qcheck.engine.setup import rules_of

    rules = rules_of(Options(isolated=isolated))
    click.echo(json.dumps(schema_of(rules), ensure_ascii=False, indent=1))
