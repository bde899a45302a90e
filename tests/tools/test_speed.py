"""The timer: what it compares, and how it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import ROOT, speed


def test_the_first_pair_is_not_counted_and_ratios_are_taken_pair_by_pair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter([90.0, 90.0, 1.0, 2.0, 1.0, 3.0, 2.0, 2.0])
    monkeypatch.setattr(speed, "RUNS", 3)
    monkeypatch.setattr(speed, "seconds", lambda command: next(times))
    assert speed.paired(["ours"], ["theirs"]) == (1.0, 2.0, 2.0)


def test_a_command_that_fails_is_no_time() -> None:
    with pytest.raises(SystemExit, match="exit 3"):
        speed.seconds(["sh", "-c", "exit 3"])


def test_what_is_compared_can_be_run(tmp_path: Path) -> None:
    found = speed.contests(tmp_path)
    assert len(found) >= 2
    for script in tmp_path.glob("*_gate.py"):
        compile(script.read_text(), script.name, "exec")
        assert any(str(script) in each.theirs for each in found)
    alone = speed.runs(tmp_path)
    assert len(list((tmp_path / "shoot").iterdir())) == 100
    assert all(command[1:3] == ["-m", "qcheck"] for _, command, _ in alone)


def test_the_page_is_written_as_the_timer_writes_it() -> None:
    kept = (ROOT / "docs" / "speed.md").read_text("utf-8").splitlines()
    made = speed.page(["| a |"], ["| b |"]).splitlines()
    heads = [
        line for line in made if line.startswith(("#", "|")) and line not in ("| a |", "| b |")
    ]
    assert [line for line in kept if line in heads] == heads
