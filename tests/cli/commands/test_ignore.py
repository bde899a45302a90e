"""`qcheck ignore`: what may stay, why, and until when."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG


def test_a_finding_may_stay_until_a_day(folder: Path) -> None:
    until = (datetime.date.today() + datetime.timedelta(days=9)).isoformat()
    why = ("--reason", "kept on purpose", "--until", until)
    ran = qcheck("ignore", "add", "size", "bad.png", *why, cwd=folder)
    assert (ran.returncode, ran.stdout) == (
        0,
        f"qcheck.toml: size is ignored in /bad.png until {until}\n",
    )
    assert qcheck("bad.png", cwd=folder).returncode == 0
    again = qcheck("ignore", "add", "size", "bad.png", *why, cwd=folder)
    assert (again.returncode, again.stderr) == (
        2,
        f"qcheck: {folder / 'qcheck.toml'}: this entry is there already\n",
    )


@pytest.mark.parametrize(
    ("path", "pattern"), [(".", "**"), ("sub", "/sub"), ("*.png", "*.png"), ("sub/**", "sub/**")]
)
def test_a_path_is_written_as_the_configuration_names_it(
    folder: Path, path: str, pattern: str
) -> None:
    (folder / "sub").mkdir()
    ran = qcheck("ignore", "add", "size,readable", path, "--reason", "x", cwd=folder)
    assert ran.stdout == f"qcheck.toml: size, readable is ignored in {pattern}\n"


def test_a_name_that_would_be_read_as_a_pattern_is_refused(folder: Path) -> None:
    (folder / "a*.png").write_bytes(PNG)
    ran = qcheck("ignore", "add", "size", "a*.png", "--reason", "x", cwd=folder)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sise", "bad.png", "--reason", "x"], "did you mean size"),
        (["size", "nowhere.png", "--reason", "x"], "no such file"),
        (["size", "bad.png", "--reason", " "], "reason"),
        (["size", "bad.png", "--reason", "x", "--until", "2001-01-01"], "has passed"),
        (["size", "bad.png", "--reason", "x", "--until", "soon"], "a day"),
        (["size", "../elsewhere.png", "--reason", "x"], "not below"),
    ],
)
def test_an_ignore_that_cannot_hold_is_refused(
    folder: Path, arguments: list[str], says: str
) -> None:
    (folder.parent / "elsewhere.png").write_bytes(PNG)
    before = (folder / "qcheck.toml").read_bytes()
    ran = qcheck("ignore", "add", *arguments, cwd=folder)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert (folder / "qcheck.toml").read_bytes() == before
