"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from qcheck.cli import shared_options as shared
from qcheck.cli.root import qcheck_command
from qcheck.engine.options import Options


@click.command()
@shared.together(shared.select_option, shared.ignore_option, shared.jobs_option)
@click.option("--mine")
@shared.with_options
def show(options: Options, mine: str | None) -> None:
    click.echo(f"{options.select} {options.ignore} {options.jobs} {options.config} {mine}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "None () None None None"),
        (["--select", "P10, V2", "--select", "voice"], "('P10', 'V2', 'voice') () None None None"),
        (["--ignore", "P10,", "-j", "2", "--mine", "x"], "None ('P10',) 2 None x"),
    ],
)
def test_options_of_a_run_are_gathered_and_others_left(arguments: list[str], says: str) -> None:
    assert CliRunner().invoke(show, arguments).output == f"{says}\n"


def test_options_stand_in_the_help_as_they_are_listed() -> None:
    text = CliRunner().invoke(show, ["--help"]).output
    assert text.index("--select") < text.index("--ignore") < text.index("--jobs")


def test_one_name_is_one_option_in_every_command() -> None:
    """A name that means the same has the same help; what differs says why."""
    context = click.Context(qcheck_command)
    helps: dict[str, set[str]] = {}
    for name in qcheck_command.list_commands(context):
        command = qcheck_command.get_command(context, name)
        assert command is not None
        for option in command.params:
            if isinstance(option, click.Option):
                helps.setdefault(option.opts[0], set()).add(option.help or "")
    for name in ("--speakers", "--preview", "--isolated", "--jobs", "--quiet", "--force-exclude"):
        assert len(helps[name]) == 1, name


def test_a_job_cannot_be_told_to_pass_with_errors(tmp_path: Path) -> None:
    ran = CliRunner().invoke(qcheck_command, ["job", "--fail-on", "never", "payload.json"])
    assert ran.exit_code == 2
    assert "'never' is not one of 'error', 'warning'" in ran.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--min-score", "nan", "a.png"],
        ["split", "--longest", "NaN", "a.wav"],
        ["fix", "--loudness", "nan", "a.wav"],
    ],
)
def test_what_is_not_a_number_is_refused(arguments: list[str]) -> None:
    ran = CliRunner().invoke(qcheck_command, arguments)
    assert ran.exit_code == 2
    assert "is not a number" in ran.output
