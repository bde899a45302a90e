"""`qcheck formats`: the output formats, and the schemas of those that have one."""

from __future__ import annotations

import click

from qcheck.core.errors import UsageFault

__all__ = ["formats"]


@click.group(invoke_without_command=True)
@click.pass_context
def formats(ctx: click.Context) -> None:
    """List the output formats; `schema` prints the JSON Schema of json or jsonl."""
    if ctx.invoked_subcommand is not None:
        return
    from qcheck.reporters import formats, summary

    for name in formats():
        click.echo(f"{name:<10} {summary(name)}")


@formats.command("schema")
@click.argument("name", default="json")
def schema(name: str) -> None:
    """Print the JSON Schema of the format NAME, json or jsonl (one line of it)."""
    from qcheck.reporters import formats
    from qcheck.reporters._schema import SCHEMAS, schema_text

    if name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise UsageFault(
            f"{name} has no schema of ours; {known} have"
            if name in formats()
            else f"there is no output format {name!r}; {known} have a schema"
        )
    click.echo(schema_text(name), nl=False)
