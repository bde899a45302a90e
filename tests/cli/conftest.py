"""A folder of files that one small rule judges."""

from __future__ import annotations

from pathlib import Path

import pytest
from sized_files import PNG, make_sized_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files on which the rule passes, warns, fails and crashes."""
    make_sized_files(tmp_path)
    (tmp_path / "crash.png").write_bytes(PNG + b"CRASH")
    return tmp_path
