"""What the tests of jobs may ask for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hosting import Hosting
from productions import Platform
from programs import Program, Told


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


@pytest.fixture
def hosting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosting]:
    """A host on this machine that results may come from."""
    made = Hosting()
    monkeypatch.setenv("QCHECK_LOOPBACK_ORIGIN", made.origin)
    yield made
    made.close()


@pytest.fixture
def program(
    here: Path,
    fixtures: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    hosting: Hosting,
) -> Program:
    if os.name != "posix":
        pytest.skip("the program is a shell script")
    folder = tmp_path_factory.mktemp("bin")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    shutil.copy(fixtures / "talk.mp4", folder / "made.mp4")
    return Program(folder, folder / "made.mp4", hosting)


@pytest.fixture
def told() -> Told:
    return Told()
