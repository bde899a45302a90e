"""Nothing that lies in a folder that is checked is ever run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shell import qcheck
from sized_files import git

MARKER = "ran"
CODE = f"import pathlib; pathlib.Path({MARKER!r}).touch()\n"
CAPTIONS = "1\n00:00:01,000 --> 00:00:03,000\nHello there.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(5):
        (tmp_path / f"{number}.srt").write_text(CAPTIONS, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "module",
    [
        *(
            "struct",
            "json",
            "pickle",
            "numpy",
            "random",
            "click",
            "typing",
            "tempfile",
            "threading",
        ),
        *("dataclasses", "enum", "re", "copy", "fastcrc", "importlib", "collections", "functools"),
    ],
)
def test_a_module_beside_the_files_is_not_imported(folder: Path, module: str) -> None:
    (folder / f"{module}.py").write_text(CODE, "utf-8")
    ran = qcheck("--jobs", "2", ".", cwd=folder)
    assert "5 files" in ran.stdout, ran.stderr
    assert not (folder / MARKER).exists()


def test_a_package_called_as_ours_is_not_run_by_the_command(folder: Path) -> None:
    (folder / "qcheck").mkdir()
    for name in ("__init__.py", "__main__.py"):
        (folder / "qcheck" / name).write_text(CODE, "utf-8")
    command = Path(sys.executable).with_name("qcheck")
    for started in ([str(command)], [sys.executable, "-P", "-m", "qcheck"]):
        ran = subprocess.run(
            [*started, "--jobs", "2", "."], cwd=folder, capture_output=True, text=True, timeout=120
        )
        assert "5 files" in ran.stdout, ran.stderr
        assert not (folder / MARKER).exists()


def test_what_a_repository_configures_is_not_run_by_git(folder: Path) -> None:
    git("init", "-q", cwd=folder)
    (folder / ".gitattributes").write_text(
        "*.srt filter=theirs diff=theirs\n1.srt filter=the=irs\n", "utf-8"
    )
    git("add", ".", cwd=folder)
    git("commit", "-qm", "first", cwd=folder)
    script = folder / ".git" / "theirs"
    script.write_text(f"#!/bin/sh\ntouch {folder / MARKER}\ncat\n", "utf-8")
    script.chmod(0o755)
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass"),
        *("filter.theirs.clean", "filter.theirs.smudge", "filter.theirs.process"),
        *("filter.the=irs.clean", "filter.the=irs.process"),
        *("diff.theirs.command", "diff.theirs.textconv", "diff.external"),
    ):
        git("config", key, str(script), cwd=folder)
    git("config", "filter.theirs.required", "true", cwd=folder)
    (folder / MARKER).unlink(missing_ok=True)
    (folder / "0.srt").write_text(CAPTIONS.replace("Hello", "Howdy"), "utf-8")
    os.utime(folder / "1.srt", (1, 1))
    ran = qcheck("--changed-since", "HEAD", "--output-format", "concise", ".", cwd=folder)
    assert ran.returncode in (0, 1), ran.stderr
    assert not (folder / MARKER).exists()
    assert "4 of 5 files did not change" in ran.stdout


def test_a_repository_within_is_not_asked(folder: Path) -> None:
    """Git looks into one by a git of its own, which reads that repository's configuration."""
    inner = folder / "inner"
    inner.mkdir()
    for where in (inner, folder):
        git("init", "-q", cwd=where)
        (where / "a.srt").write_text(CAPTIONS, "utf-8")
        (where / ".gitattributes").write_text("*.srt filter=theirs\n", "utf-8")
        git("add", ".", cwd=where)
        git("commit", "-qm", "first", cwd=where)
    assert "160000" in git("ls-files", "--stage", "inner", cwd=folder)
    script = folder / "theirs"
    script.write_text(f"#!/bin/sh\ntouch {folder / MARKER}\ncat\n", "utf-8")
    script.chmod(0o755)
    git("config", "core.fsmonitor", str(script), cwd=inner)
    git("config", "filter.theirs.clean", str(script), cwd=inner)
    (inner / "a.srt").write_text(CAPTIONS.replace("Hello", "Howdy"), "utf-8")
    git("diff", "HEAD", cwd=folder)
    assert (folder / MARKER).exists(), "git itself does so: the trap works"
    (folder / MARKER).unlink()
    qcheck("--changed-since", "HEAD", ".", cwd=folder)
    assert not (folder / MARKER).exists()
