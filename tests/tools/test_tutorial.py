"""What the tutorial says that is printed, is printed."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from qcheck.cli.root import qcheck_command
from tools import ROOT
from tools.tutorial import DONE_HERE, TUTORIAL, steps


def without_numbers(text: str) -> str:
    """Models' numbers differ a little from one processor to the next."""
    return re.sub(r"\d+(\.\d+)?", "0", " ".join(text.split()))


def test_the_commands_of_the_tutorial_print_what_it_says(
    fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fixtures").symlink_to(fixtures)
    monkeypatch.chdir(tmp_path)
    ran = []
    for step in steps(TUTORIAL.read_text("utf-8")):
        if step.writes:
            Path("talk.toml").write_text(step.writes)
            continue
        program, *words = shlex.split(step.command)
        if program == "cp":
            shutil.copy(*words)
        elif program == "qcheck":
            result = CliRunner().invoke(qcheck_command, words)
            assert without_numbers(result.stdout) == without_numbers(step.printed), step.command
            ran.append(words[0])
        else:
            assert step.command.startswith((*DONE_HERE, "python3 -m venv")), step.command
    assert {"fix", "rule", "gate", "run", "me.jpg"} <= set(ran)
    assert Path("report.html").stat().st_size > 10_000


def test_the_first_screen_of_the_readme_prints_what_it_says(
    fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [step] = [s for s in steps((ROOT / "README.md").read_text("utf-8")) if s.printed]
    shutil.copy(fixtures / "defects" / "eye-contact.jpg", tmp_path / "portrait.jpg")
    shutil.copy(fixtures / "defects" / "noise-floor.mp3", tmp_path / "voice.mp3")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(qcheck_command, shlex.split(step.command)[1:])
    assert without_numbers(result.stdout) == without_numbers(step.printed)
