"""Folders of files whose size is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from sized_files import PNG, RULES, git


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.py").write_text(RULES, "utf-8")
    (tmp_path / "qcheck.toml").write_text('plugins = ["rules.py"]\nselect = ["size"]\n')
    (tmp_path / "good.png").write_bytes(PNG)
    (tmp_path / "fair.png").write_bytes(PNG.ljust(50))
    (tmp_path / "bad.png").write_bytes(PNG.ljust(500))
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    """The folder as a git repository with one commit."""
    git("init", "-q", cwd=folder)
    git("add", ".", cwd=folder)
    git("commit", "-qm", "first", cwd=folder)
    return folder
