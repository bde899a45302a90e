"""`qcheck init`: a configuration to start from, which changes nothing and replaces nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from command import qcheck

from qcheck.engine.settings import Settings, load_settings


def test_init_writes_what_changes_nothing(tmp_path: Path) -> None:
    ran = qcheck("init", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    written = load_settings(tmp_path / "qcheck.toml")
    assert dataclasses.replace(written, origin=None) == Settings()


def test_init_sets_the_app(tmp_path: Path) -> None:
    assert qcheck("init", "--for", "omnihuman-1-5", cwd=tmp_path).returncode == 0
    assert load_settings(tmp_path / "qcheck.toml").for_ == "bytedance/omnihuman-1-5"
    assert qcheck("init", "--for", "no-such-app", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [("qcheck.toml", "# mine\n"), ("pyproject.toml", "[tool.qcheck]\npreview = true\n")],
)
def test_init_replaces_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    ran = qcheck("init", cwd=tmp_path)
    assert ran.returncode == 2
    assert "there is a configuration already" in ran.stderr
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [(name, text)]
