"""The working directory is taken off the module path, and nothing else is."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from qcheck.core.safe_path import leave_working_directory, started_as_module


@pytest.fixture(autouse=True)
def unsafe(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python starts by itself."""
    monkeypatch.setattr(sys, "flags", SimpleNamespace(safe_path=False))


@pytest.mark.parametrize("first", ["", "HERE"])
def test_the_working_directory_goes(
    first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [first.replace("HERE", str(Path.cwd())), "/other", ""])
    leave_working_directory()
    assert sys.path == ["/other", ""]


def test_what_python_did_not_put_there_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/other", ""])
    leave_working_directory()
    assert sys.path == ["/other", ""]
    monkeypatch.setattr(sys, "path", [])
    leave_working_directory()
    assert sys.path == []


def test_with_a_safe_path_the_user_put_it_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "flags", SimpleNamespace(safe_path=True))
    monkeypatch.setattr(sys, "path", ["", "/other"])
    leave_working_directory()
    assert sys.path == ["", "/other"]


def test_a_folder_that_is_gone_is_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr(sys, "path", ["/other"])
    leave_working_directory()
    assert sys.path == ["/other"]


@pytest.mark.parametrize(
    ("argv", "orig_argv", "started"),
    [
        (["-m", "."], ["python", "-m", "qcheck", "."], True),
        (["-m"], ["python", "-mqcheck"], True),
        (["-m", "qcheck"], ["python", "-m", "pytest", "qcheck"], False),
        (["-m"], ["python", "-m", "qcheck.testing"], False),
        (["a.py", "qcheck"], ["python", "a.py", "qcheck"], False),
    ],
)
def test_being_started_as_a_module_is_known(
    argv: list[str], orig_argv: list[str], started: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", argv)
    monkeypatch.setattr(sys, "orig_argv", orig_argv)
    assert started_as_module("qcheck") is started
