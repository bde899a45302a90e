"""What is excluded, and what a walk may not pass over."""

from __future__ import annotations

from pathlib import Path

from shell import qcheck


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
