"""`qcheck baseline`: what is written down, kept and removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG, make_sized_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_sized_files(tmp_path)
    return tmp_path


def test_stale_entries_are_told_and_pruned(folder: Path) -> None:
    qcheck("baseline", "update", ".", cwd=folder)
    (folder / "bad.png").write_bytes(PNG)
    ran = qcheck("--baseline", "qcheck-baseline.json", ".", cwd=folder)
    assert "nothing matches 1 of its 2 entries any more, the first is size of bad.png" in ran.stdout
    (folder / "fair.png").unlink()
    pruned = qcheck("baseline", "prune", cwd=folder)
    assert "0 known findings, 0 added, 2 removed" in pruned.stdout, pruned.stderr
    assert json.loads((folder / "qcheck-baseline.json").read_text("utf-8"))["findings"] == []


def test_an_update_keeps_what_it_did_not_look_at(folder: Path) -> None:
    qcheck("baseline", "update", ".", cwd=folder)
    again = qcheck("baseline", "update", "good.png", cwd=folder)
    assert "2 known findings, 0 added, 0 removed" in again.stdout


def test_the_configuration_may_name_the_baseline(folder: Path) -> None:
    with (folder / "qcheck.toml").open("a") as file:
        file.write('baseline = "known.json"\n')
    assert qcheck("baseline", "update", "bad.png", cwd=folder).returncode == 0
    assert (folder / "known.json").exists()
    assert qcheck("bad.png", cwd=folder).returncode == 0


def test_nothing_is_recorded_where_a_rule_crashes(folder: Path) -> None:
    (folder / "crash.png").write_bytes(PNG + b"CRASH")
    ran = qcheck("baseline", "update", ".", cwd=folder)
    assert ran.returncode == 2
    assert ran.stderr.startswith("qcheck: the rule size crashed, so nothing was written: ")
    assert not (folder / "qcheck-baseline.json").exists()
