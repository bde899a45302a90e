"""The report for a person at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG, make_sized_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_sized_files(tmp_path)
    return tmp_path


def test_full_says_what_how_much_why_and_how_to_mend_it(folder: Path) -> None:
    out = qcheck("bad.png", cwd=folder).stdout
    for words in (
        "bad.png",
        "error",
        "size",
        "(T01)",
        "It is 500 bytes, 100 bytes are wanted.",
        "It is a test.",
        "Change the file.",
        "Not ready: 1 error in 1 file",
    ):
        assert words in out
    assert "It is only a test." not in out


def test_each_rule_is_explained_once_and_the_verdict_says_how_many_files_block(
    folder: Path,
) -> None:
    (folder / "worse.png").write_bytes(PNG.ljust(600))
    ran = qcheck("bad.png", "worse.png", "fair.png", "good.png", cwd=folder)
    assert ran.stdout.count("Change the file.") == 1
    assert ran.stdout.index("bad.png") < ran.stdout.index("Change the file.")
    assert ran.stdout.index("Change the file.") < ran.stdout.index("worse.png")
    *_, note, last = ran.stdout.splitlines()
    assert "`qcheck rule NAME` says it again" in note
    assert last == "Not ready: 2 errors, 1 warning in 4 files, of which 2 block."
