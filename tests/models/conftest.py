"""A small model, and no other cache than the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_model import MODEL

from qcheck.models import locate


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(locate.MODELS, MODEL.name, MODEL)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
