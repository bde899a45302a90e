"""The gate in front of the command that sends a job."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from productions import GOOD

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


STAND_IN = """#!{python}
import os, sys
sys.stdout.buffer.write(b"\\0".join(os.fsencode(a) for a in sys.argv[1:]))
sys.stderr.write("its own words")
sys.exit(7)
"""


def gate(here: Path, *arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    program = here / "bin" / "infsh"
    program.parent.mkdir(exist_ok=True)
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "qcheck", "gate", "--isolated", *arguments],
        capture_output=True,
        env=environment,
        cwd=here,
        **more,
    )


def test_the_gate_becomes_the_command_byte_for_byte(here: Path) -> None:
    arguments = [
        "app",
        "run",
        "falai/fabric-1-0",
        "--input",
        json.dumps({**GOOD, "resolution": "480p"}) + " " * 100_000,
        "--note=a 'quoted' \"word\"",
        "--also=$(touch never) `touch never` ; touch never",
        "--lines=a\nb\tc",
        "--bytes=é\udcff",
    ]
    ran = gate(here, "--", "infsh", *arguments)
    assert ran.returncode == 7, ran.stderr
    assert ran.stdout.split(b"\0") == [os.fsencode(a) for a in arguments]
    assert ran.stderr == b"its own words"
    assert not (here / "never").exists()


def test_a_blocked_command_does_not_run_and_says_what_was_spared(here: Path) -> None:
    payload = json.dumps({**GOOD, "image": "glasses.jpg"})
    ran = gate(here, "--", "infsh", "app", "run", "falai/fabric-1-0", "--input", payload)
    assert ran.returncode == 1
    assert ran.stdout == b""
    assert b"eyes-visible" in ran.stderr
    assert b"0.78 USD" in ran.stderr
    assert b"its own words" not in ran.stderr


def test_a_dry_run_shows_the_command_and_runs_nothing(here: Path) -> None:
    words = ["infsh", "app", "run", "falai/fabric-1-0", "--input", json.dumps(GOOD)]
    ran = gate(here, "--dry-run", "--", *words)
    assert ran.returncode == 0
    import shlex

    assert shlex.split(ran.stdout.decode()) == words


def test_a_program_that_is_not_there_is_said_so(here: Path) -> None:
    words = ["belt", "app", "run", "falai/fabric-1-0", "--input", json.dumps(GOOD)]
    ran = gate(here, "--", *words)
    assert ran.returncode == 127
    assert ran.stderr.count(b"\n") == 1
