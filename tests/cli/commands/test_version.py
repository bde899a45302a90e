"""`qcheck version`."""

from __future__ import annotations

from click.testing import CliRunner

from qcheck.cli.root import qcheck_command
from qcheck.core.version import VERSION


def test_the_command_and_the_option_say_the_same() -> None:
    for words in (["version"], ["--version"]):
        ran = CliRunner().invoke(qcheck_command, words)
        assert (ran.exit_code, ran.output) == (0, f"qcheck {VERSION}\n")
