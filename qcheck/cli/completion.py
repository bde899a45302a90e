"""`qcheck completion`: what a shell needs to complete commands, options and rules."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion for SHELL.

    \b
    bash  eval "$(qcheck completion bash)"        in ~/.bashrc
    zsh   eval "$(qcheck completion zsh)"         in ~/.zshrc, after compinit
    fish  qcheck completion fish > ~/.config/fish/completions/qcheck.fish
    """
    from qcheck.cli.main import cli

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(cli, {}, "qcheck", "_QCHECK_COMPLETE").source())
