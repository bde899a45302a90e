"""`qcheck version`."""

from __future__ import annotations

import click

from qcheck.cli.groups import Section, listed_under
from qcheck.core.version import VERSION

__all__ = ["version_command"]


@listed_under(Section.SET_UP, 7)
@click.command("version")
def version_command() -> None:
    """Show the version of qcheck."""
    click.echo(f"qcheck {VERSION}")
