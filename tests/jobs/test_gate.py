"""The gate in front of the command that sends a job."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.jobs.gate import parse_command


def test_commands_are_read_as_infsh_reads_them(here: Path) -> None:
    (here / "job.json").write_text('{"text": "x"}')
    for arguments in (
        ["infsh", "app", "run", "falai/dia-tts", "--input", '{"text": "x"}'],
        ["/usr/bin/belt", "app", "run", "--no-wait", "falai/dia-tts", '--input={"text": "x"}'],
        ["infsh", "app", "run", "falai/dia-tts", '-i{"text": "x"}'],
        ["infsh", "app", "run", "falai/dia-tts", '-i={"text": "x"}', "-o", "x.json", "-j"],
        ["infsh", "app", "run", "--save", "a/b", "falai/dia-tts", "--input", "job.json", "--json"],
    ):
        parsed = parse_command(arguments)
        assert (parsed.app, json.loads(parsed.payload)) == ("falai/dia-tts", {"text": "x"})
        assert list(parsed.arguments) == arguments


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "the gate stands in front of infsh or belt, not 'nothing'"),
        ("rm -rf x", "the gate stands in front of infsh or belt, not 'rm'"),
        ("infsh", "the gate knows `infsh app run`, not ``"),
        ("infsh app list all", "the gate knows `infsh app run`, not `app list`"),
        ("belt app run", "`belt app run` takes one NAMESPACE/APP, not nothing"),
        ("infsh app run a/b c/d --input {}", "takes one NAMESPACE/APP, not a/b c/d"),
        ("infsh app run a", "takes one NAMESPACE/APP, not a"),
        ("infsh app run a/b --input", "--input has no value"),
        ("infsh app run a/b --input nowhere.json", "--input nowhere.json: No such file"),
        ("infsh app run a/b --input -", "--input - would be read twice"),
        ("infsh app run a/b --input {} -i {}", "--input is given more than once"),
        ("infsh app run a/b --input {} -i{}", "--input is given more than once"),
        ("infsh app run a/b -ji{}", "-ji{}: write options of one letter by themselves"),
        ("infsh app run a/b -- --input {}", "what `--` within the command is for"),
    ],
)
def test_a_command_that_is_not_understood_is_refused_in_its_own_words(
    here: Path, words: str, says: str
) -> None:
    with pytest.raises(UsageFault, match=re.escape(says)):
        parse_command(words.split())


def test_a_command_without_an_input_sends_an_empty_one(here: Path) -> None:
    parsed = parse_command(["infsh", "app", "run", "a/b@v2", "--json"])
    assert (parsed.app, parsed.payload, parsed.source) == ("a/b@v2", b"{}", "no --input")
    assert parse_command(["infsh", "app", "run", "a/b", "-i", " [1]"]).source == "--input"
