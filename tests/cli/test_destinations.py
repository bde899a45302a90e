"""Where reports go: whole, to the file that was asked for, and never over an input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import qcheck


def test_several_formats_each_to_its_own_file(folder: Path) -> None:
    ran = qcheck(
        "bad.png",
        "--output-format",
        "concise",
        "--output-format",
        "json=out.json",
        "--output-format",
        "junit=out.xml",
        cwd=folder,
    )
    assert ran.stdout.startswith("bad.png: error size (T01): ")
    assert json.loads((folder / "out.json").read_text())["exit_code"] == 1
    assert "<failure" in (folder / "out.xml").read_text()


@pytest.mark.parametrize(
    "formats", [["json=nowhere/out.json"], ["json="], ["full", "json"], ["json=.", "full"]]
)
def test_a_report_that_has_no_place_to_go_is_refused_before_the_check(
    folder: Path, formats: list[str]
) -> None:
    options = [word for name in formats for word in ("--output-format", name)]
    ran = qcheck("bad.png", *options, cwd=folder)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_the_terminal_keeps_its_report_when_all_others_go_to_files(folder: Path) -> None:
    ran = qcheck("bad.png", "--output-format", "sarif=q.sarif", cwd=folder)
    assert ran.stdout.startswith("bad.png  blocked")
    assert json.loads((folder / "q.sarif").read_text())["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("files", "target"),
    [
        (["bad.png"], "bad.png"),
        (["bad.png"], "link.png"),
        (["bad.png"], "good.png"),
        (["."], "bad.png"),
        (["notes.txt"], "notes.txt"),
        (["."], "captions.srt"),
    ],
)
def test_no_report_replaces_an_input_or_anybodys_picture(
    folder: Path, files: list[str], target: str
) -> None:
    (folder / "link.png").symlink_to("bad.png")
    (folder / "notes.txt").write_text("not known to be anything")
    (folder / "captions.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n")
    before = (folder / target).read_bytes()
    ran = qcheck(*files, "--output-format", f"json={target}", cwd=folder)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert (folder / target).read_bytes() == before


def test_a_file_that_a_payload_names_is_not_replaced(folder: Path) -> None:
    (folder / "script.txt").write_text("[S1] Hello.")
    (folder / "payload.json").write_text('{"image": "good.png", "audio": "script.txt"}')
    command = ["job", "--for", "omnihuman-1-5", "--isolated", "payload.json"]
    ran = qcheck(*command, "--output-format", "json=script.txt", cwd=folder)
    assert ran.returncode == 2
    assert (folder / "script.txt").read_text() == "[S1] Hello."


def test_a_report_is_written_whole_over_an_older_one_and_links_stay(folder: Path) -> None:
    (folder / "old.json").write_text("x" * 100_000)
    (folder / "latest.json").symlink_to("old.json")
    command = ("bad.png", "--output-format", "json=latest.json")
    qcheck(*command, cwd=folder)
    there = set(folder.iterdir())
    qcheck(*command, cwd=folder)
    assert (folder / "latest.json").is_symlink()
    assert json.loads((folder / "old.json").read_text())["exit_code"] == 1
    assert set(folder.iterdir()) == there
    assert not {path.name for path in there if path.suffix == ".part"}


def test_standard_output_by_its_device_is_standard_output(folder: Path) -> None:
    """Also where it is a file: replacing that would lose what the shell has open."""
    with (folder / "out.txt").open("w+b") as file:
        subprocess.run(
            [sys.executable, "-m", "qcheck", "bad.png", "--output-format", "json=/dev/stdout"],
            cwd=folder,
            stdout=file,
            check=False,
        )
        file.seek(0)
        assert json.loads(file.read())["exit_code"] == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_may_not_be_written_is_refused_before_the_check(folder: Path) -> None:
    (folder / "closed").mkdir(0o555)
    ran = qcheck("crash.png", "--output-format", "json=closed/out.json", cwd=folder)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "closed/out.json cannot be written" in ran.stderr


def test_the_step_summary_gets_everything_and_cannot_change_the_exit_code(folder: Path) -> None:
    (folder / "summary.md").write_text("## Before\n")
    github = ("bad.png", "--output-format", "github")
    ran = qcheck(*github, cwd=folder, GITHUB_STEP_SUMMARY=str(folder / "summary.md"))
    assert ran.returncode == 1
    summary = (folder / "summary.md").read_text()
    assert summary.startswith("## Before\n")
    assert "It is 500 bytes" in summary
    ran = qcheck(*github, cwd=folder, GITHUB_STEP_SUMMARY=str(folder / "no" / "summary.md"))
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)


def test_a_report_that_does_not_fit_leaves_the_older_one(folder: Path) -> None:
    resource = pytest.importorskip("resource")
    (folder / "out.json").write_text("what there was")
    ran = subprocess.run(
        [sys.executable, "-m", "qcheck", "bad.png", "--output-format", "json=out.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (ran.returncode, ran.stderr) == (2, "qcheck: out.json: File too large\n")
    assert (folder / "out.json").read_text() == "what there was"
    assert not list(folder.glob(".qcheck-*"))
