"""`qcheck completion`: what a shell needs to complete commands, options and rules."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from qcheck.cli.groups import Section, listed_under

__all__ = ["completion_command"]


@listed_under(Section.SET_UP, 6)
@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash  eval "$(qcheck completion bash)"        in ~/.bashrc
    zsh   eval "$(qcheck completion zsh)"         in ~/.zshrc, after compinit
    fish  qcheck completion fish > ~/.config/fish/completions/qcheck.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    script = made(ctx.find_root().command, {}, "qcheck", "_QCHECK_COMPLETE").source()
    click.echo(script)
