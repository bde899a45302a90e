"""What reaches the caller: every report that can be written, colour, and statistics."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import qcheck
from shell import until
from sized_files import PNG


def test_colour_as_terminals_expect(folder: Path) -> None:
    assert "\x1b" not in qcheck("bad.png", cwd=folder).stdout
    assert "\x1b" in qcheck("bad.png", cwd=folder, FORCE_COLOR="1").stdout
    assert "\x1b" not in qcheck("bad.png", cwd=folder, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_statistics_leave_a_format_for_machines_alone(folder: Path) -> None:
    ran = qcheck("bad.png", "--statistics", "--output-format", "json", cwd=folder)
    assert json.loads(ran.stdout)["exit_code"] == 1
    assert "size (T01)" in ran.stderr


@pytest.mark.parametrize(("name", "code"), [("good.png", 0), ("bad.png", 1)])
def test_a_reader_that_goes_away_is_said_and_changes_no_other_report(
    folder: Path, name: str, code: int
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "qcheck", name, "--output-format", "full"]
    ran = subprocess.run(
        [*command, "--output-format", "json=out.json", "--statistics"],
        cwd=folder,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (2, b"qcheck: standard output: Broken pipe\n")
    assert json.loads((folder / "out.json").read_text())["exit_code"] == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_one_report_that_cannot_be_written_does_not_take_the_others_along(folder: Path) -> None:
    (folder / "full.json").symlink_to("/dev/full")
    places = ("json=full.json", "junit=out.xml", "concise")
    formats = [word for place in places for word in ("--output-format", place)]
    ran = qcheck("bad.png", *formats, cwd=folder)
    assert (ran.returncode, ran.stderr) == (2, "qcheck: full.json: No space left on device\n")
    assert "bad.png: error size" in ran.stdout
    assert "<testsuite" in (folder / "out.xml").read_text()
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "qcheck", "good.png"],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (ran.returncode, ran.stderr) == (
        2,
        "qcheck: standard output: No space left on device\n",
    )


def test_files_are_written_before_somebody_has_read_standard_output(folder: Path) -> None:
    """Whoever reads may stop in the middle, and end the run with it."""
    for i in range(100):
        (folder / f"bad{i}.png").write_bytes(PNG.ljust(500))
    command = [sys.executable, "-m", "qcheck", ".", "-j", "1", "--output-format", "json"]
    run = subprocess.Popen(
        [*command, "--output-format", "csv=out.csv"], cwd=folder, stdout=subprocess.PIPE
    )
    try:
        # More than a pipe holds: it waits for its reader.
        until((folder / "out.csv").exists)
    finally:
        run.kill()
        run.communicate()
    assert (folder / "out.csv").read_text().count("bad99.png") == 1
