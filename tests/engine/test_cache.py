"""Results that are kept are found again, and only where nothing changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG, judged
from trusting import vouch

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status
from qcheck.engine import cache as kept
from qcheck.engine import run as run_module
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.media.file import File


def test_results_are_kept_until_something_changes(folder: Path) -> None:
    keep = ("--cache", "kept", "--output-format", "concise", "fair.png", "bad.png")
    first = qcheck(*keep, cwd=folder)
    assert judged(folder) == {"fair.png", "bad.png"}
    again = qcheck(*keep, cwd=folder)
    assert (again.returncode, again.stdout) == (first.returncode, first.stdout)
    assert judged(folder) == set()
    (folder / "fair.png").write_bytes(PNG.ljust(52))
    qcheck(*keep, cwd=folder)
    assert judged(folder) == {"fair.png"}
    with (folder / "qcheck.toml").open("a") as file:
        file.write("[limits.size]\nfail-above-bytes = 1000\n")
    assert qcheck(*keep, cwd=folder).returncode == 0
    assert judged(folder) == {"fair.png", "bad.png"}
    with (folder / "rules.py").open("a") as file:
        file.write("# another rule\n")
    vouch(folder)
    qcheck(*keep, cwd=folder)
    assert judged(folder) == {"fair.png", "bad.png"}
    for broken in ("[{]", "[]", "", "{}", "[null]"):
        for path in (folder / "kept").glob("*/*.json"):
            path.write_text(broken)
        assert qcheck(*keep, cwd=folder).returncode == 0
        assert judged(folder) == {"fair.png", "bad.png"}


def test_what_is_kept_was_judged_of_the_content_that_it_is_kept_under(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though somebody saves the file while it is judged."""
    monkeypatch.chdir(folder)
    real, read = run_module.read, []

    def saved_meanwhile(given: Input) -> File:
        file = real(given)
        read.append(file.size_bytes)
        Path("fair.png").write_bytes(PNG.ljust(500))
        return file

    monkeypatch.setattr(run_module, "read", saved_meanwhile)
    options = Options(cache=folder / "kept")
    first = run_module.run(["fair.png"], options)
    assert (read, first.exit_code) == ([50], 0)
    assert run_module.run(["fair.png"], options).exit_code == 1


def test_a_limit_of_another_medium_leaves_what_is_kept(folder: Path) -> None:
    keep = ("--cache", "kept", "--select", "size,sample-rate", "fair.png")
    assert qcheck(*keep, cwd=folder).returncode == 0
    assert judged(folder) == {"fair.png"}
    with (folder / "qcheck.toml").open("a") as file:
        file.write("[limits.sample-rate]\nfail-below-hz = 8000\n")
    assert qcheck(*keep, cwd=folder).returncode == 0
    assert judged(folder) == set()


def test_a_folder_that_keeps_nothing_is_told_of(folder: Path) -> None:
    ran = qcheck("--cache", "fair.png/kept", "fair.png", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "note: --cache fair.png/kept: nothing can be kept there: Not a directory" in ran.stdout
    assert judged(folder) == {"fair.png"}


def test_a_kept_report_is_the_report(tmp_path: Path) -> None:
    where = (Box(1, 2, 3.5, 4), Span(0.25, 1))
    judgement = Judgement(Severity.WARNING, "It is.", 12.5, 3, "four", "px", where, "qcheck fix a")
    outcome = Outcome("size", "T01", Status.FAIL, (judgement,))
    report = FileReport("a.png", "portrait", (outcome,), ignored={"other": "why"})
    kept.store(tmp_path / "kept", "ab12", [report])
    assert kept.load(tmp_path / "kept", "ab12") == [report]
    assert kept.load(tmp_path / "kept", "ab13") is None
    crashed = FileReport("a.png", "portrait", (Outcome("size", "T01", Status.CRASHED),))
    kept.store(tmp_path / "kept", "ab14", [crashed])
    assert kept.load(tmp_path / "kept", "ab14") is None


def test_a_kept_result_that_somebody_changed_is_measured_again(folder: Path) -> None:
    keep = ("--cache", "kept", "bad.png")
    assert qcheck(*keep, cwd=folder).returncode == 1
    assert judged(folder) == {"bad.png"}
    (kept_file,) = (folder / "kept").glob("*/*.json")
    said = kept_file.read_bytes()
    assert b'"severity": 3' in said
    for changed in (
        said.replace(b'"severity": 3', b'"severity": 1'),
        b"[" * 100_000,
        said.partition(b"\n")[0] + b"\n[]",
        said.partition(b"\n")[2],
    ):
        kept_file.write_bytes(changed)
        assert qcheck(*keep, cwd=folder).returncode == 1
        assert judged(folder) == {"bad.png"}
    assert qcheck(*keep, cwd=folder).returncode == 1
    assert judged(folder) == set()


def test_a_kept_result_counts_only_under_its_own_name(folder: Path) -> None:
    keep = ("--cache", "kept", "--output-format", "concise")
    qcheck(*keep, "good.png", cwd=folder)
    (good,) = (folder / "kept").glob("*/*.json")
    qcheck(*keep, "bad.png", cwd=folder)
    (bad,) = set((folder / "kept").glob("*/*.json")) - {good}
    bad.write_bytes(good.read_bytes())
    assert qcheck(*keep, "bad.png", cwd=folder).returncode == 1


def test_a_kept_result_of_another_user_is_measured_again(folder: Path) -> None:
    keep = ("--cache", "kept", "good.png")
    another = {"XDG_DATA_HOME": str(folder / "another user")}
    qcheck("--config", "qcheck.toml", *keep, cwd=folder, **another)
    assert judged(folder) == {"good.png"}
    qcheck(*keep, cwd=folder)
    assert judged(folder) == {"good.png"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_the_place_of_a_kept_result_is_passed_over(folder: Path) -> None:
    keep = ("--cache", "kept", "good.png")
    qcheck(*keep, cwd=folder)
    (kept_file,) = (folder / "kept").glob("*/*.json")
    kept_file.unlink()
    os.mkfifo(kept_file)
    assert qcheck(*keep, cwd=folder).returncode == 0


def test_the_key_of_the_seal_is_the_users_alone(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    keep = ("--config", "qcheck.toml", "--cache", "kept", "good.png")
    qcheck(*keep, cwd=folder, XDG_DATA_HOME=str(data))
    (key,) = data.rglob("cache.key")
    assert key.stat().st_mode & 0o077 == 0
    assert [each.name for each in key.parent.iterdir()] == ["cache.key"]
