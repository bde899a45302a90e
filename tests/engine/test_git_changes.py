"""Only files that changed since a revision are checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG, git, judged


def test_only_what_changed_is_checked(repository: Path) -> None:
    (repository / "fair.png").write_bytes(PNG.ljust(51))
    (repository / "untracked.png").write_bytes(PNG)
    ran = qcheck("--changed-since", "HEAD", ".", cwd=repository)
    assert ran.returncode == 0, ran.stderr
    assert judged(repository) == {"fair.png", "untracked.png"}
    assert "2 of 4 files did not change" in ran.stdout


def test_what_others_changed_meanwhile_is_not_ours(repository: Path) -> None:
    git("checkout", "-qb", "topic", cwd=repository)
    (repository / "ours.png").write_bytes(PNG)
    git("add", "ours.png", cwd=repository)
    git("commit", "-qm", "ours", cwd=repository)
    git("checkout", "-q", "main", cwd=repository)
    (repository / "bad.png").write_bytes(PNG.ljust(501))
    git("commit", "-qam", "theirs", cwd=repository)
    git("checkout", "-q", "topic", cwd=repository)
    assert qcheck("--changed-since", "main", ".", cwd=repository).returncode == 0
    assert judged(repository) == {"ours.png"}


def test_looking_at_a_repository_changes_nothing_in_it(repository: Path) -> None:
    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}

    for path in repository.glob("*.png"):
        os.utime(path, (1, 1))
    before = state()
    ran = qcheck("--changed-since", "HEAD", "--output-format", "concise", ".", cwd=repository)
    assert "did not change" in ran.stdout
    assert state() == before


def test_a_link_that_goes_round_is_no_crash(repository: Path) -> None:
    (repository / "round.png").symlink_to("round.png")
    ran = qcheck("--changed-since", "HEAD", ".", cwd=repository)
    assert (ran.returncode, ran.stderr) == (1, "")
    with (repository / "qcheck.toml").open("a") as file:
        file.write('exclude = ["round.png"]\n')
    assert "round.png" not in qcheck(".", cwd=repository).stdout


def test_what_lies_beside_a_changed_file_goes_with_it(repository: Path) -> None:
    (repository / "fair.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    qcheck("--changed-since", "HEAD", "fair.png", "good.png", "fair.srt", cwd=repository)
    assert judged(repository) == {"fair.png"}


def test_nothing_changed_is_no_fault(repository: Path) -> None:
    ran = qcheck("--changed-since", "HEAD", "good.png", "bad.png", cwd=repository)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert judged(repository) == set()


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", "-h"])
def test_a_revision_that_git_does_not_know_is_one_line(repository: Path, revision: str) -> None:
    ran = qcheck(f"--changed-since={revision}", "good.png", cwd=repository)
    assert ran.returncode == 2
    assert "git knows no such revision" in ran.stderr
    assert not (repository / "x").exists()
