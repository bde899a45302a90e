"""What the tests of carrying repairs out may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_command import write_shoot


@pytest.fixture
def shoot(tmp_path: Path, fixtures: Path) -> Path:
    """A folder with a turned portrait and a voice with an offset."""
    return write_shoot(tmp_path, fixtures)
