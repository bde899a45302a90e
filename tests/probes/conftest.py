"""What several tests of measurers may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from painted_sitter import seen

from qcheck.probes.portrait import AlignedFace, Face


@pytest.fixture(scope="session")
def sitter(fixtures: Path) -> tuple[AlignedFace, Face]:
    """The aligned face of the sound portrait."""
    return seen(fixtures / "portrait.png")
