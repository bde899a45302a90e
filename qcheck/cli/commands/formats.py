"""`qcheck formats`: the output formats, and the schemas of those that have one."""

from __future__ import annotations

import click

from qcheck.cli.groups import Section, WholeHelpGroup, listed_under
from qcheck.core.errors import UsageFault

__all__ = ["formats_command"]


@listed_under(Section.EXTEND, 2)
@click.group("formats", cls=WholeHelpGroup, invoke_without_command=True)
@click.pass_context
def formats_command(ctx: click.Context) -> None:
    """List the output formats, or print the JSON Schema of json or jsonl."""
    if ctx.invoked_subcommand is not None:
        return
    from qcheck.reporters import format_summary, formats

    for name in formats():
        click.echo(f"{name:<10} {format_summary(name)}")


@formats_command.command("schema")
@click.argument("name", default="json")
def _schema(name: str) -> None:
    """Print the JSON Schema of the format NAME: json, or jsonl for one line of it."""
    from qcheck.reporters import formats
    from qcheck.reporters._schema import SCHEMAS, schema_text

    if name not in SCHEMAS:
        known = " and ".join(SCHEMAS)
        raise UsageFault(
            f"the format {name} has no schema; {known} have"
            if name in formats()
            else f"there is no output format {name!r}; {known} have a schema"
        )
    click.echo(schema_text(name), nl=False)
