"""What the tests of jobs may ask for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from productions import Platform


@pytest.fixture
def here(tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with all that a job may be made of."""
    for name, source in {
        "portrait.png": "portrait.png",
        "voice.wav": "voice.wav",
        "captions.srt": "captions.srt",
        "script.txt": "script.txt",
        "both.jpg": "defects/face-count.jpg",
        "glasses.jpg": "defects/eyes-visible.jpg",
        "late.srt": "defects/caption-sync.srt",
        "gap.srt": "defects/caption-coverage.srt",
        "noisy.mp3": "defects/noise-floor.mp3",
    }.items():
        shutil.copy(fixtures / source, tmp_path / name)
    samples, rate_hz = soundfile.read(tmp_path / "voice.wav", dtype="float32")
    soundfile.write(tmp_path / "other.wav", samples * np.float32(0.95), rate_hz)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> Iterator[Platform]:
    if os.name != "posix":
        pytest.skip("the stand-in is a shell script")
    made = Platform(tmp_path_factory.mktemp("platform"), fixtures)
    yield made
    made.server.shutdown()
    made.server.server_close()
