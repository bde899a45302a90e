"""A user's own files lie where the platform keeps such files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from qcheck.core.user_folders import cache_folder, data_folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="folders of XDG")


def test_what_can_be_made_again_and_what_was_decided_lie_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Caches are cleared without a question; decisions are not."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert cache_folder() == tmp_path / "cache" / "qcheck"
    assert data_folder() == tmp_path / "data" / "qcheck"


def test_without_a_wish_they_lie_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "qcheck"
    assert data_folder() == tmp_path / ".local" / "share" / "qcheck"


def test_asking_where_they_lie_makes_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    cache_folder()
    data_folder()
    assert list(tmp_path.iterdir()) == []
