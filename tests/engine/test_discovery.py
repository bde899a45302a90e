"""What is excluded, and what a walk may not pass over."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from command import forget, qcheck
from sized_files import PNG

from qcheck.core.errors import UsageFault
from qcheck.engine.discovery import expand_paths
from qcheck.engine.options import Options


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


ALONE = Options(isolated=True)


def test_standard_input_is_a_file_among_others_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    named = str(tmp_path / "a.png")
    assert expand_paths(["-", named, "-", named], ALONE) == (["-", named], [])


def test_files_of_a_folder_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b/2.png", "b/1.png", "a.png", "c.png", "b/d/0.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    files, notes = expand_paths([str(tmp_path)], ALONE)
    found = [Path(file).relative_to(tmp_path).as_posix() for file in files]
    assert found == ["a.png", "c.png", "b/1.png", "b/2.png", "b/d/0.png"]
    assert notes == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere.png", "nowhere.png: no such file$"),
        ("x" * 300, "File name too long$"),
        ("a.png/b.png", "a.png/b.png: Not a directory$"),
        ("a\0b", "embedded null byte$"),
    ],
)
def test_a_path_that_leads_to_no_file_is_refused_with_the_reason(
    tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(UsageFault, match=says):
        expand_paths([str(tmp_path / "a.png"), str(tmp_path / name)], ALONE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_refused_where_it_is_named_and_passed_over_in_a_folder(tmp_path: Path) -> None:
    """Whoever read it would wait for ever."""
    os.mkfifo(tmp_path / "portrait.png")
    with pytest.raises(UsageFault, match=f"^{re.escape(str(tmp_path))}/portrait.png: it is no reg"):
        expand_paths([str(tmp_path / "portrait.png")], ALONE)
    files, notes = expand_paths([str(tmp_path)], ALONE)
    assert files == []
    assert notes == ["no picture, recording, video or captions found: nothing was checked"]


def test_nothing_found_is_noted_unless_it_was_excluded(folder: Path) -> None:
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["*.png"]\n')
    forget()
    named = [str(folder / name) for name in ("good.png", "bad.png")]
    excluded = expand_paths(named, Options(force_exclude=True))
    assert excluded == ([], ["2 files excluded by the configuration"])
    assert expand_paths(named, Options()) == (named, [])
    files, notes = expand_paths([str(folder)], Options())
    assert files == []
    assert notes[-1].endswith("nothing was checked")


POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d' * 32}\nsize 12345\n"


@pytest.mark.parametrize(
    ("name", "found"),
    [("script.txt", True), ("segments.JSON", True), ("weights.dat", False), ("pointer", False)],
)
def test_a_pointer_stands_for_a_file_that_may_be_ours(
    tmp_path: Path, name: str, found: bool
) -> None:
    (tmp_path / name).write_text(POINTER)
    files, notes = expand_paths([str(tmp_path)], ALONE)
    assert files == ([str(tmp_path / name)] if found else [])
    assert bool(notes) is not found
