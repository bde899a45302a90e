"""A line from a command to whoever called it."""

from __future__ import annotations

import click

from qcheck.core.credentials import hide_credentials
from qcheck.core.terminal import one_line

__all__ = ["say"]


def say(text: str = "", *, err: bool = False) -> None:
    """Print ``text`` in one line, whatever the names in it hold, and without anybody's keys."""
    click.echo(one_line(hide_credentials(text)), err=err, color=True)
