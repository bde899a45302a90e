"""What is excluded, and what a walk may not pass over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG


def test_excluded_files_are_checked_when_named_unless_forced(folder: Path) -> None:
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["bad.png"]\n')
    assert qcheck("bad.png", cwd=folder).returncode == 1
    ran = qcheck("--force-exclude", "bad.png", cwd=folder)
    assert ran.returncode == 0
    assert "1 file excluded by the configuration" in ran.stdout
    assert qcheck("--force-exclude", "bad.png", "good.png", cwd=folder).returncode == 0


def test_an_unfetched_picture_in_a_folder_is_not_passed_over(folder: Path) -> None:
    (folder / "qcheck.toml").unlink()
    (folder / "shoot").mkdir()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d' * 32}\nsize 12345\n"
    (folder / "shoot" / "a.png").write_text(pointer)
    ran = qcheck("shoot", cwd=folder)
    assert ran.returncode == 1
    assert "it is a Git LFS pointer" in " ".join(ran.stdout.split())


def test_a_folder_is_walked_and_files_are_known_by_content(folder: Path) -> None:
    shoot = folder / "shoot"
    (shoot / "deep").mkdir(parents=True)
    (shoot / ".hidden").mkdir()
    (shoot / "deep" / "portrait.txt").write_bytes(PNG)
    (shoot / ".hidden" / "a.png").write_bytes(PNG.ljust(500))
    (shoot / "notes.md").write_text("no picture")
    (shoot / "loop").symlink_to(shoot, target_is_directory=True)
    ran = qcheck("shoot", "--output-format", "json", cwd=folder)
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == ["shoot/deep/portrait.txt"]
    assert document["notes"] == [
        "1 other file in folders passed over: no picture, recording, video or captions"
    ]


@pytest.mark.parametrize("content", [b"", b"<!doctype html><title>404</title>", b"\0\1\2\3"])
@pytest.mark.parametrize("name", ["portrait.png", "voice.WAV", "talk.mp4", "talk.srt"])
def test_a_walk_passes_over_nothing_that_is_called_a_picture_or_a_recording(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """An upload of 0 bytes, or the text of an error under a picture's name, must block."""
    (tmp_path / name).write_bytes(content)
    (tmp_path / "package.json").write_bytes(content)
    (tmp_path / "notes.txt").write_bytes(content)
    ran = qcheck("--isolated", ".", "--output-format", "json", cwd=tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == [name]
    if not content:
        assert "it is empty" in ran.stdout


def test_a_link_that_leads_nowhere_is_a_finding(tmp_path: Path) -> None:
    """As git-annex leaves them for what it holds back."""
    (tmp_path / "portrait.png").symlink_to("elsewhere.png")
    (tmp_path / "notes.txt").symlink_to("elsewhere.txt")
    (tmp_path / "round.wav").symlink_to("round.wav")
    ran = qcheck("--isolated", ".", "--output-format", "concise", cwd=tmp_path)
    assert ran.returncode == 1
    assert "portrait.png: error readable" in ran.stdout
    assert "it is a link to a file that is not there" in ran.stdout
    assert "round.wav: error readable" in ran.stdout
    assert "notes.txt" not in ran.stdout
    named = qcheck("--isolated", "portrait.png", "round.wav", cwd=tmp_path)
    assert (named.returncode, named.stderr) == (1, "")
    assert "2 errors in 2 files" in named.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_may_not_be_looked_into_is_not_passed_over(folder: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0)
    try:
        ran = qcheck(".", cwd=folder)
        with (folder / "qcheck.toml").open("a") as file:
            file.write('exclude = ["closed"]\n')
        excluded = qcheck("good.png", ".", cwd=folder)
    finally:
        (folder / "closed").chmod(0o755)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "closed: Permission denied" in ran.stderr
    assert excluded.stderr == ""


def test_a_folder_that_is_left_out_is_not_looked_into(folder: Path) -> None:
    """Not even for a configuration of its own."""
    (folder / "drafts").mkdir()
    (folder / "drafts" / "qcheck.toml").write_text("no TOML")
    (folder / "drafts" / "a.png").write_bytes(PNG.ljust(500))
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["drafts", "crash.png", "die.png"]\n')
    ran = qcheck(".", "--output-format", "concise", cwd=folder)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "drafts" not in ran.stdout


def test_excluded_folders_are_not_walked(folder: Path) -> None:
    (folder / "drafts").mkdir()
    (folder / "drafts" / "a.png").write_bytes(PNG.ljust(500))
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["drafts", "crash.png", "die.png", "bad.png"]\n')
    assert qcheck(".", cwd=folder).returncode == 0


def test_a_file_given_twice_is_checked_once(folder: Path) -> None:
    ran = qcheck("good.png", "good.png", "--output-format", "json", cwd=folder)
    assert len(json.loads(ran.stdout)["files"]) == 1
