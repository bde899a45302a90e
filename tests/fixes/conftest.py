"""What the tests of repairs may ask for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from fix_command import write_shoot
from numpy.typing import NDArray


@pytest.fixture
def shoot(tmp_path: Path, fixtures: Path) -> Path:
    """A folder with a turned portrait and a voice with an offset."""
    return write_shoot(tmp_path, fixtures)


@pytest.fixture(scope="session")
def pixels() -> NDArray[np.uint8]:
    """A picture that nothing recognises, so that no model has to look at it for long."""
    rng = np.random.default_rng(5)
    ramp = np.linspace(0, 255, 96)
    noise = rng.normal(0, 4, (64, 96, 3))
    shades = np.stack([ramp, ramp[::-1], np.full(96, 90.0)], axis=-1)
    return np.clip(shades[None] + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def voice(fixtures: Path) -> NDArray[np.int16]:
    """The sound voice's samples."""
    samples: NDArray[np.int16] = soundfile.read(fixtures / "voice.wav", dtype="int16")[0]
    return samples
