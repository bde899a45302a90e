"""Help that cuts no description off, and groups with a command that is the default."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from qcheck.cli.groups import DefaultingGroup, WholeHelpGroup, sentence_about
from qcheck.cli.root import qcheck_command

LONG = "Show what is long enough to be cut off at the end of a line of eighty characters."


@click.group(cls=DefaultingGroup, default="show")
def things() -> None:
    """Things."""


@things.command("show", help=f"{LONG} And more.")
@click.argument("name", default="all")
@click.option("--loud", is_flag=True)
def show(name: str, loud: bool) -> None:
    click.echo(name.upper() if loud else name)


@things.command("add", help="Add a thing, as in things.toml.")
def add() -> None:
    click.echo("added")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "all\n"),
        (["lamp"], "lamp\n"),
        (["--loud"], "ALL\n"),
        (["lamp", "--loud"], "LAMP\n"),
        (["show", "lamp"], "lamp\n"),
        (["add"], "added\n"),
    ],
)
def test_what_is_no_command_goes_to_the_default(arguments: list[str], says: str) -> None:
    assert CliRunner().invoke(things, arguments).output == says


def test_help_shows_whole_sentences_in_the_order_in_which_commands_are_declared() -> None:
    words = " ".join(CliRunner().invoke(things, ["--help"]).output.split())
    assert f"show {LONG} add Add a thing, as in things.toml." in words
    assert "And more." not in words


def every_command(group: click.Group, name: str = "qcheck") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for each in group.list_commands(context):
        command = group.get_command(context, each)
        assert command is not None
        yield f"{name} {each}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{name} {each}")


COMMANDS = dict(every_command(qcheck_command))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_by_a_sentence(name: str) -> None:
    sentence = sentence_about(COMMANDS[name])
    assert sentence[0].isupper()
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_group_shows_its_commands_whole(name: str) -> None:
    assert isinstance(COMMANDS[name], WholeHelpGroup) == isinstance(COMMANDS[name], click.Group)
