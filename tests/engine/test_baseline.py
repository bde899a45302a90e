"""Findings that are known do not block; what is new or worse does."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG

from qcheck.core.errors import UsageFault
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.engine.baseline import Baseline


def test_what_is_written_down_does_not_block(folder: Path) -> None:
    assert qcheck("bad.png", "fair.png", cwd=folder).returncode == 1
    wrote = qcheck("baseline", "update", ".", cwd=folder)
    assert wrote.returncode == 0, wrote.stderr
    assert "2 known findings, 2 added, 0 removed" in wrote.stdout
    ran = qcheck("--baseline", "qcheck-baseline.json", "--fail-on", "warning", ".", cwd=folder)
    assert ran.returncode == 0, ran.stdout
    assert "not counted: 2 known findings" in ran.stdout
    (folder / "new.png").write_bytes(PNG.ljust(501))
    ran = qcheck("--baseline", "qcheck-baseline.json", "-q", ".", cwd=folder)
    assert ran.returncode == 1
    assert "new.png" in ran.stdout
    assert "bad.png" not in ran.stdout


def test_what_is_no_picture_at_all_may_be_known_too(folder: Path) -> None:
    """Empty files, links that lead nowhere: also from another folder."""
    (folder / "sub").mkdir()
    (folder / ".git").mkdir()
    (folder / "sub" / "empty.png").write_bytes(b"")
    (folder / "sub" / "gone.png").symlink_to("elsewhere.png")
    (folder / "sub" / "round.png").symlink_to("round.png")
    select = ("--select", "readable")
    wrote = qcheck("baseline", "update", "sub", *select, cwd=folder)
    assert "3 known findings, 3 added" in wrote.stdout, wrote.stderr
    known = ("--baseline", str(folder / "qcheck-baseline.json"), *select, "--output-format")
    for name, place in ((".", folder / "sub"), ("sub", folder)):
        ran = qcheck(*known, "concise", name, cwd=place)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "not counted: 3 known findings" in ran.stdout
        assert "any more" not in ran.stdout


def test_a_number_that_moves_stays_known_and_what_gets_worse_does_not(folder: Path) -> None:
    qcheck("baseline", "update", "fair.png", cwd=folder)
    known = ("--baseline", "qcheck-baseline.json", "--fail-on", "warning", "fair.png")
    (folder / "fair.png").write_bytes(PNG.ljust(60))
    assert qcheck(*known, cwd=folder).returncode == 0
    (folder / "fair.png").write_bytes(PNG.ljust(600))
    assert qcheck(*known, cwd=folder).returncode == 1


def test_what_could_not_be_measured_may_be_known_too(folder: Path) -> None:
    (folder / "odd.png").write_bytes(PNG + b"?")
    assert qcheck("odd.png", cwd=folder).returncode == 1
    qcheck("baseline", "update", "odd.png", cwd=folder)
    assert qcheck("--baseline", "qcheck-baseline.json", "odd.png", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1, "fingerprints": 1, "findings": [{"file": 1}]}']
)
def test_what_is_no_baseline_is_refused(folder: Path, text: str) -> None:
    (folder / "b.json").write_text(text)
    ran = qcheck("--baseline", "b.json", "good.png", cwd=folder)
    assert ran.returncode == 2
    assert ran.stderr.startswith("qcheck: b.json: ")
    assert ran.stderr.count("\n") == 1
    with pytest.raises(UsageFault, match="baseline update"):
        Baseline.read(folder / "nowhere.json")


def test_a_part_of_what_a_rule_says_may_be_known(tmp_path: Path) -> None:
    """The rest still counts, and a crash is never known."""
    (tmp_path / "a.png").write_bytes(PNG)
    said = [Judgement(Severity.ERROR, f"The {word} is wrong.", 0.0) for word in ("nose", "ear")]
    one = Outcome("face", "P99", Status.FAIL, (said[0],))
    both = Outcome("face", "P99", Status.FAIL, tuple(said))
    crash = Outcome("other", "P98", Status.CRASHED, reason="boom")
    file = str(tmp_path / "a.png")
    first = Report((FileReport(file, "portrait", (one,)),), None, Severity.ERROR)
    second = Report((FileReport(file, "portrait", (both, crash)),), None, Severity.ERROR)
    known = Baseline(tmp_path / "b.json").updated(first)
    assert not known.without_known(first).blocked
    left = known.without_known(second)
    assert [f.judgement for f in left.findings] == [said[1]]
    assert left.crashed
