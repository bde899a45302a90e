"""`qcheck` itself: the commands are the modules of :mod:`qcheck.cli.commands`, found by name.

Only the module of the command that is called is imported; its help imports them all, which is why
they import nothing but click and what describes their options until they are called.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from qcheck.cli import commands
from qcheck.cli.groups import Section, WholeHelpGroup, place_in_help, sentence_about
from qcheck.cli.shared_options import complete_files
from qcheck.core.errors import UsageFault
from qcheck.core.version import VERSION

__all__ = ["qcheck_command"]


class _Root(WholeHelpGroup):
    """``qcheck portrait.png`` is ``qcheck check portrait.png``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._names

    @functools.cached_property
    def _names(self) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._names:
            return None
        module = importlib.import_module(f"{commands.__name__}.{cmd_name}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def sections(self, ctx: click.Context) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        found = [
            (*place_in_help(command), name, sentence_about(command))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        for wanted in Section:
            rows = sorted(row[1:] for row in found if row[0] is wanted)
            yield wanted.value, [(name, about) for _, name, about in rows]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if args and args[0] not in self.list_commands(ctx) and args[0] not in own:
            self._refuse_typo(ctx, args[0])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _refuse_typo(self, ctx: click.Context, name: str) -> None:
        """A word that is not a file but nearly a command is not taken for a file."""
        if not name.isalpha() or os.path.lexists(name):
            return
        import difflib

        near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
        if near:
            raise UsageFault(
                f"there is no file and no command {name!r}; did you mean `qcheck {near[0]}`?"
            )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return super().shell_complete(ctx, incomplete) or complete_files(ctx, None, incomplete)


# click must strip nothing: what is written is escaped, so that it is seen (qcheck.core.terminal).
# Who gets colours is decided in qcheck.cli.reporting.
_CONTEXT = {"help_option_names": ["-h", "--help"], "color": True}


@click.group(cls=_Root, context_settings=_CONTEXT, no_args_is_help=True)
@click.version_option(VERSION, message="qcheck %(version)s")
def qcheck_command() -> None:
    """Check a portrait and a voice before you pay for the talking-head render.

    \b
    qcheck portrait.png voice.wav
    qcheck --for omnihuman-1-5 portrait.png voice.wav
    qcheck shoot/                       check everything in a folder
    qcheck fix portrait.png voice.wav   fix what can be fixed, beside the originals
    qcheck rule                         list the rules; with a name, explain one

    Exit codes: 0 if nothing blocks, 1 if something blocks, 2 for wrong usage or configuration or if
    a rule crashed.
    """
