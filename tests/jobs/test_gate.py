"""The gate in front of the command that sends a job."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending import stand_in

from qcheck.core.errors import UsageFault
from qcheck.jobs.gate import parse_command, program_path


def test_commands_are_read_as_infsh_reads_them(here: Path) -> None:
    (here / "job.json").write_text('{"text": "x"}')
    for arguments in (
        ["infsh", "app", "run", "falai/dia-tts", "--input", '{"text": "x"}'],
        ["/usr/bin/belt", "app", "run", "--no-wait", "falai/dia-tts", '--input={"text": "x"}'],
        ["infsh", "app", "run", "falai/dia-tts", '-i{"text": "x"}'],
        ["infsh", "app", "run", "falai/dia-tts", '-i={"text": "x"}', "-o", "x.json", "-j"],
        ["infsh", "app", "run", "--save", "a/b", "falai/dia-tts", "--input", "job.json", "--json"],
        ["inferencesh", "--json=true", "app", "run", "falai/dia-tts", "-i", "job.json", "-q=false"],
        ["belt", "app", "run", "falai/dia-tts", "--input", "job.json", "--session", "--input={}"],
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
        ("infsh app run a/b --input={} --input={}", "--input is given more than once"),
        ("infsh app run a/b -i={} --input nowhere.json", "--input is given more than once"),
        ("infsh app run a/b --input-file=job.json", "the gate does not know --input-file"),
        ("infsh app run a/b --inpu {}", "the gate does not know --inpu"),
        ("infsh app run a/b --inputs={}", "the gate does not know --inputs"),
        ("infsh app run a/b --api-key=inf_secret", "the gate does not know --api-key, and"),
        ("infsh --profile x app run a/b", "the gate does not know --profile"),
        ("infsh --config=evil.toml app run a/b", "the gate does not know --config"),
        ("infsh app run a/b -I{}", "write options of one letter by themselves"),
        ("infsh app run a/b -x", "the gate does not know -x"),
        ("infsh app run a/b --json=maybe", "--json takes true or false, not 'maybe'"),
        ("infsh app run a/b --no-wait true", "takes one NAMESPACE/APP, not a/b true"),
        ("infsh app run a/b -input={}", "--input nput={}: No such file"),
        ("infsh app run a/b --input @job.json", "for a file of this name write ./@job.json"),
        ("infsh app run a/b --input true", "--input true is no object"),
        ("infsh app run a/b --input 12", "--input 12 is no object"),
        ("infsh app run a/b --input=", "--input is empty"),
        ("infsh app run a/b --input .", "--input .: it is a folder, not a file"),
        ("infsh app run a/b --input ~nobody-here/a.json", "--input ~nobody-here/a.json: "),
        ("infsh app run a/b#v2", "takes one NAMESPACE/APP, not a/b#v2"),
        ("infsh app run ../b", "takes one NAMESPACE/APP, not ../b"),
        ("infsh app run а/b", "takes one NAMESPACE/APP"),
        ("infsh app run falai/dia-tts --function other", "describes its function run, not 'other'"),
        ("infsh app test a/b --input {}", "the gate knows `infsh app run`, not `app test`"),
        ("infsh run a/b --input {}", "the gate knows `infsh app run`, not `run a/b`"),
        ("env infsh app run a/b", "the gate stands in front of infsh or belt, not 'env'"),
        ("sh -c infsh", "the gate stands in front of infsh or belt, not 'sh'"),
        ("KEY=1 infsh app run a/b", "the gate stands in front of infsh or belt, not 'KEY=1'"),
        ("infsh.cmd app run a/b", "the gate stands in front of infsh or belt, not 'infsh.cmd'"),
        ("infsh.bat app run a/b", "the gate stands in front of infsh or belt, not 'infsh.bat'"),
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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_payload_that_is_no_file_is_not_waited_for(here: Path) -> None:
    os.mkfifo("pipe")
    for name, says in (
        ("pipe", "it is a pipe, not a file"),
        ("/dev/zero", "it is a device, not a file"),
        ("/proc/self/mem", ""),
    ):
        with pytest.raises(UsageFault, match=f"^--input {name}: .*{says}"):
            parse_command(["infsh", "app", "run", "a/b", "--input", name])


def test_a_payload_of_gigabytes_is_refused(here: Path) -> None:
    with Path("job.json").open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(UsageFault, match=r"^--input job\.json: it is larger than 64 MB$"):
        parse_command(["infsh", "app", "run", "a/b", "--input", "job.json"])


@pytest.mark.parametrize("name", ['{"text": "x"}', "[]", "~", "~x.json"])
def test_what_may_be_read_as_a_file_or_otherwise_is_refused(here: Path, name: str) -> None:
    Path(name).write_text('{"text": "another"}')
    with pytest.raises(UsageFault, match=r"^--input .* here"):
        parse_command(["infsh", "app", "run", "a/b", "--input", name])


def test_an_input_that_lies_here_is_not_taken_unseen(here: Path) -> None:
    Path("input.json").write_text("{}")
    with pytest.raises(UsageFault, match=r"^no --input is given, and input\.json is here"):
        parse_command(["infsh", "app", "run", "a/b"])


def test_a_program_is_looked_for_where_the_path_is_absolute(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(here)
    stand_in(here / "bin")
    for relative in ("", ".", "bin"):
        monkeypatch.setenv("PATH", relative + os.pathsep + str(here / "bin"))
        assert program_path("infsh") == str(here / "bin" / "infsh")
        monkeypatch.setenv("PATH", relative)
        with pytest.raises(UsageFault, match="what lies there is not run"):
            program_path("infsh")
    assert program_path("./infsh") == "./infsh"
    with pytest.raises(FileNotFoundError):
        program_path("belt")


@given(st.lists(st.text(alphabet="-=ijaoput{}@/. ", max_size=9), max_size=6))
def test_no_command_is_understood_whose_payload_is_not_the_one_that_is_read(
    words: list[str],
) -> None:
    """What pflag, written out once more, would take for the payload, is what the gate takes."""
    arguments = ["infsh", "app", "run", "a/b", *words]
    try:
        parsed = parse_command(arguments)
    except UsageFault:
        return
    assert [parsed.payload.decode()] == (as_pflag_reads(arguments[1:]) or ["{}"])


def as_pflag_reads(arguments: list[str]) -> list[str]:
    """Values of --input, with every option that the gate lets through known to take one or none."""
    found = []
    rest = iter(arguments)
    for each in rest:
        if each.startswith("--"):
            name, equals, value = each[2:].partition("=")
            if name in ("input", "save", "output", "function", "session"):
                value = value if equals else next(rest)
                found += [value] if name == "input" else []
        elif each.startswith("-") and each != "-":
            letters = each[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter in "io":
                    value = letters.removeprefix("=") if letters else next(rest)
                    found += [value] if letter == "i" else []
                    break
                if letters.startswith("="):
                    break
    return found
