"""`qcheck gate`: the command runs where nothing blocks, and only there."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sending import stand_in
from shell import qcheck

SCRIPT = (
    "[S1] Good morning, and thank you for calling on a day like this. "
    "[S2] Good morning. It is a pleasure, and I have some good news for you."
)
GOOD = ["app", "run", "falai/dia-tts", "--input", json.dumps({"text": SCRIPT})]
BAD = ["app", "run", "falai/dia-tts", "--input", json.dumps({"words": "[S1] Hello."})]


def test_the_command_runs_where_nothing_blocks(tmp_path: Path) -> None:
    path = stand_in(tmp_path / "bin")
    ran = qcheck("gate", "--isolated", "--", "infsh", *GOOD, cwd=tmp_path, PATH=path)
    assert (ran.returncode, ran.stdout.split("\0"), ran.stderr) == (7, GOOD, "its own words")


def test_it_does_not_run_where_something_blocks(tmp_path: Path) -> None:
    path = stand_in(tmp_path / "bin")
    ran = qcheck("gate", "--isolated", "--", "infsh", *BAD, cwd=tmp_path, PATH=path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "payload-keys" in ran.stderr
    assert ran.stderr.endswith("qcheck: not sent\n")


def test_the_command_gets_its_arguments_byte_for_byte(tmp_path: Path) -> None:
    arguments = [
        *GOOD[:-1],
        GOOD[-1] + " " * 100_000,
        "--save=a 'quoted' \"word\"",
        "--session=$(touch never) `touch never` ; touch never",
        "--output=a\nb\tc",
        "-oé\udcff",
    ]
    path = stand_in(tmp_path / "bin")
    command = [sys.executable, "-m", "qcheck", "gate", "--isolated", "--", "infsh", *arguments]
    environment = {**os.environ, "PATH": path}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)
    assert (ran.returncode, ran.stderr) == (7, b"its own words")
    assert ran.stdout.split(b"\0") == [os.fsencode(each) for each in arguments]
    assert not (tmp_path / "never").exists()


def test_a_blocked_render_says_what_was_spared(tmp_path: Path, fixtures: Path) -> None:
    payload = {
        "image": str(fixtures / "defects" / "eyes-visible.jpg"),
        "audio": str(fixtures / "voice.wav"),
    }
    words = ["app", "run", "falai/fabric-1-0", "--input", json.dumps(payload)]
    ran = qcheck("gate", "--isolated", "--", "infsh", *words, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "eyes-visible" in ran.stderr
    assert ran.stderr.endswith("qcheck: not sent; the render would have cost about 0.78 USD\n")


def test_a_dry_run_shows_the_command_and_runs_nothing(tmp_path: Path) -> None:
    path = stand_in(tmp_path / "bin")
    given = ("gate", "--isolated", "--dry-run", "--", "infsh")
    ran = qcheck(*given, *GOOD, cwd=tmp_path, PATH=path)
    assert (ran.returncode, shlex.split(ran.stdout), ran.stderr) == (0, ["infsh", *GOOD], "")


def test_a_program_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    ran = qcheck("gate", "--isolated", "--", "infsh", *GOOD, cwd=tmp_path, PATH=str(tmp_path))
    assert (ran.returncode, ran.stderr) == (127, "qcheck: infsh: No such file or directory\n")


def test_a_command_that_is_not_understood_does_not_run(tmp_path: Path) -> None:
    ran = qcheck("gate", "--isolated", "--", "curl", "example.org", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


def test_a_payload_that_changes_while_it_is_checked_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from qcheck.cli.commands.gate import gate_command
    from qcheck.jobs import check

    payload = tmp_path / "job.json"
    payload.write_text('{"text": "[S1] Hello there, how are you today? [S2] Very well."}', "utf-8")
    ran = tmp_path / "ran"
    program = tmp_path / "infsh"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n", "utf-8")
    program.chmod(0o755)
    real = check.check_job

    def swapped_meanwhile(*arguments: object, **more: object) -> object:
        report = real(*arguments, **more)  # type: ignore[arg-type]
        payload.write_text('{"text": "anything else"}', "utf-8")
        return report

    monkeypatch.setattr(check, "check_job", swapped_meanwhile)
    command = [str(program), "app", "run", "falai/dia-tts", "--input", str(payload)]
    result = CliRunner().invoke(gate_command, ["--isolated", "--", *command])
    assert "changed while it was checked" in str(result.exception)
    assert not ran.exists()


def test_a_program_in_the_working_directory_is_not_run_by_its_name(tmp_path: Path) -> None:
    stand_in(tmp_path)
    for path in ("", ".", f".{os.pathsep}{tmp_path / 'empty'}"):
        ran = qcheck("gate", "--isolated", "--", "infsh", *GOOD, cwd=tmp_path, PATH=path)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "what lies there is not run" in ran.stderr
