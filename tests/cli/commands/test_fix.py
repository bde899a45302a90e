"""What `qcheck fix` says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from fix_command import contents, fix, fix_by_all, write_shoot
from PIL import Image


@pytest.fixture
def shoot(tmp_path: Path, fixtures: Path) -> Path:
    """A folder with a turned portrait and a voice with an offset."""
    return write_shoot(tmp_path, fixtures)


def test_diff_writes_nothing_and_shows_numbers(shoot: Path) -> None:
    before = contents(shoot)
    result = fix("--diff", shoot / "portrait.jpg", shoot / "voice.wav")
    assert contents(shoot) == before
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "orientation 3 (warning) → 1 (pass)" in lines
    assert any(line.startswith("dc-offset 3 % (warning) → 0") for line in lines)


def test_json_on_standard_output_is_json(shoot: Path) -> None:
    result = fix("--output-format", "json", shoot / "voice.wav")
    assert json.loads(result.stdout)["verdict"] == "ready"
    assert "taken away" in result.stderr


@pytest.mark.parametrize("colour", ["red", "#12345", "12345g"])
def test_a_colour_that_is_none_is_refused(shoot: Path, colour: str) -> None:
    assert fix("--background", colour, shoot / "portrait.jpg").exit_code == 2


def test_what_only_unsafe_repairs_mend_is_not_called_beyond_mending(
    fixtures: Path, tmp_path: Path
) -> None:
    shutil.copy(fixtures / "defects" / "long-pause.mp3", tmp_path)
    shutil.copy(fixtures / "defects" / "noise-floor.mp3", tmp_path)
    result = fix_by_all(tmp_path / "long-pause.mp3", tmp_path / "noise-floor.mp3")
    assert result.output.count("only --unsafe can fix any of it: copied as it is") == 1
    assert result.output.count("nothing in it can be fixed: copied as it is") == 1


def test_a_repair_that_cannot_help_says_so(fixtures: Path, tmp_path: Path) -> None:
    """The face stands so near the edge that both shoulders in the middle are not to be had."""
    with Image.open(fixtures / "portrait.png") as image:
        side = image.width
        image.convert("RGB").crop((0, 0, round(side * 0.72), side)).save(tmp_path / "me.png")
    result = fix_by_all("--unsafe", "--diff", tmp_path / "me.png")
    assert "crop       (unsafe) not done: the result would be no better" in result.output
    assert "face-centred" in result.output
    assert "head-and-shoulders" not in result.output
