"""Folders of files whose size is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from sized_files import git, make_sized_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_sized_files(tmp_path)
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    """The folder as a git repository with one commit."""
    git("init", "-q", cwd=folder)
    git("add", ".", cwd=folder)
    git("commit", "-qm", "first", cwd=folder)
    return folder
