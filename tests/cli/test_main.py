"""The process around the command line: one line for a fault, and a documented exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import command
import pytest
from shell import qcheck, until
from sized_files import PNG

WALL_CLOCK = re.compile(r'"seconds": [0-9.e-]+')


def test_a_usage_error_is_one_line_on_standard_error(folder: Path) -> None:
    for arguments in (["nowhere.png"], ["good.png", "--select", "siz"], ["good.png", "--for", "x"]):
        ran = qcheck(*arguments, cwd=folder)
        assert ran.stdout == ""
        assert ran.stderr.count("\n") == 1, ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["-v", "good.png", "fair.png", "bad.png"],
        ["crash.png", "--output-format", "json"],
        ["nowhere.png"],
        ["bad.png", "--no-such-option"],
        ["rule", "size"],
    ],
)
def test_called_as_a_function_it_says_what_the_process_says(
    folder: Path, arguments: list[str]
) -> None:
    """So that most tests of commands may do without a process."""
    process, function = (each(*arguments, cwd=folder) for each in (qcheck, command.qcheck))
    assert function.returncode == process.returncode
    assert WALL_CLOCK.sub("", function.stdout) == WALL_CLOCK.sub("", process.stdout)
    assert function.stderr == process.stderr.replace("python -m qcheck", "qcheck")


def test_a_reader_that_goes_away_is_no_traceback(folder: Path) -> None:
    code = f"{sys.executable} -m qcheck bad.png --output-format json | true"
    ran = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr


@pytest.mark.parametrize("arguments", [["rule"], ["--help"], ["formats"], ["good.png"]])
def test_a_reader_that_was_never_there_is_no_code_of_pythons_own(
    folder: Path, arguments: list[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        ran = subprocess.run(
            [sys.executable, "-m", "qcheck", *arguments],
            cwd=folder,
            stdout=pipe,
            stderr=subprocess.PIPE,
        )
    # What was read of a report is not all that was found.
    said = b"qcheck: standard output: Broken pipe\n" if arguments == ["good.png"] else b""
    assert (ran.returncode, ran.stderr) == (2, said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
@pytest.mark.parametrize("arguments", [["rule"], ["--help"], ["good.png"]])
def test_a_full_disk_behind_standard_output_is_told_once(
    folder: Path, arguments: list[str]
) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "qcheck", *arguments],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert ran.returncode == 2
    assert ran.stderr.count(b"No space left on device") == 1


def test_a_standard_output_that_is_closed_is_no_crash(folder: Path) -> None:
    command = f"{sys.executable} -m qcheck bad.png --output-format json=out.json >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], cwd=folder).returncode == 1
    assert json.loads((folder / "out.json").read_text())["exit_code"] == 1


def processes_of(session: int) -> list[int]:
    """What is left of a session, zombies aside."""
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state not in "ZX":
            left.append(int(folder.name))
    return left


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
def test_whoever_ends_a_run_leaves_nothing_behind(
    folder: Path, number: int, code: int, said: str
) -> None:
    """No worker that waits for ever, no report that could be taken for a whole one."""
    names = [f"sleep{i}.png" for i in range(6)]
    for name in names:
        (folder / name).write_bytes(PNG + b"SLEEP")
    command = [sys.executable, "-m", "qcheck", "-j", "2", "--output-format", "json=out.json"]
    run = subprocess.Popen(
        [*command, *names], cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        until(lambda: len(list(folder.glob("begun.*"))) == 2)
        os.kill(run.pid, number)
        _, errors = run.communicate(timeout=60)
        assert run.returncode == code
        if said:
            assert errors.strip() == f"qcheck: {said}"
        until(lambda: not processes_of(run.pid))
    finally:
        for process in processes_of(run.pid):
            os.kill(process, signal.SIGKILL)
    assert not (folder / "out.json").exists()
    assert not list(folder.glob(".qcheck-*"))
