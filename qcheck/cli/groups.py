"""Groups of commands whose help shows every description whole, and which may have a default."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import click

__all__ = [
    "DefaultingGroup",
    "Section",
    "WholeHelpGroup",
    "listed_under",
    "place_in_help",
    "sentence_about",
]

ListedCommand = TypeVar("ListedCommand", bound=click.Command)

# The first sentence; a full stop inside a name, as in qcheck.toml, ends none.
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


class Section(enum.Enum):
    """What a person wants to do, in the order in which `qcheck --help` shows it."""

    CHECK = "Check"
    FIX = "Fix"
    SEND = "Send"
    SET_UP = "Set up"
    EXTEND = "Extend"


_PLACES: dict[click.Command, tuple[Section, int]] = {}


def listed_under(section: Section, place: int) -> Callable[[ListedCommand], ListedCommand]:
    """Say where `qcheck --help` lists a command: in ``section``, the lowest ``place`` first."""

    def mark(command: ListedCommand) -> ListedCommand:
        _PLACES[command] = section, place
        return command

    return mark


def place_in_help(command: click.Command) -> tuple[Section, int]:
    """Where `qcheck --help` lists ``command``, as its module says."""
    return _PLACES[command]


class WholeHelpGroup(click.Group):
    """A group whose help lists its commands as they are declared, each with a whole sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # click cuts a description off at the end of a line.
        sections = dict(self.sections(ctx))
        width = max(len(name) for rows in sections.values() for name, _ in rows)
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), about) for name, about in rows])

    def sections(self, ctx: click.Context) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """What the help lists: the title of each section, and a name and a sentence a command."""
        names = self.list_commands(ctx)
        yield "Commands", [(name, sentence_about(self.commands[name])) for name in names]


class DefaultingGroup(WholeHelpGroup):
    """A group that passes what is not one of its commands to the default command."""

    def __init__(self, *args: Any, default: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # While a shell completes an empty word, every command is still possible.
        if not (ctx.resilient_parsing and not args) and self._is_for_default(args):
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    def _is_for_default(self, args: list[str]) -> bool:
        return not args or (args[0] not in self.commands and args[0] not in ("--help", "-h"))


def sentence_about(command: click.Command) -> str:
    """The first sentence of the command's help."""
    paragraph = " ".join((command.help or "").partition("\n\n")[0].split())
    found = _SENTENCE.match(paragraph)
    return found[0] if found else paragraph
