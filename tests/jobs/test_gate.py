"""The gate in front of the command that sends a job."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.jobs.gate import parse_command


def test_commands_are_read_as_infsh_reads_them(here: Path) -> None:
    (here / "job.json").write_text('{"text": "x"}')
    for arguments in (
        ["infsh", "app", "run", "falai/dia-tts", "--input", '{"text": "x"}'],
        ["/usr/bin/belt", "app", "run", "--no-wait", "falai/dia-tts", '--input={"text": "x"}'],
        ["infsh", "app", "run", "--save", "a/b", "falai/dia-tts", "--input", "job.json", "--json"],
    ):
        parsed = parse_command(arguments)
        assert (parsed.app, json.loads(parsed.payload)) == ("falai/dia-tts", {"text": "x"})
        assert list(parsed.arguments) == arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ["rm", "-rf", "x"],
        ["infsh"],
        ["infsh", "app", "list"],
        ["infsh", "app", "run"],
        ["infsh", "app", "run", "a/b", "c/d", "--input", "{}"],
        ["infsh", "app", "run", "a/b", "--input"],
        ["infsh", "app", "run", "a/b", "--input", "nowhere.json"],
        ["infsh", "app", "run", "a/b", "--input", "-"],
        ["infsh", "app", "run", "a/b", "--input", "{}", "--input", "{}"],
    ],
)
def test_a_command_that_is_not_understood_is_refused(here: Path, arguments: list[str]) -> None:
    with pytest.raises(UsageFault):
        parse_command(arguments)
