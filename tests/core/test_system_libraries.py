"""A machine without the libraries that draw: one line, and recordings all the same."""

from __future__ import annotations

import builtins
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qcheck.core import system_libraries
from qcheck.core.system_libraries import LibraryMissing, missing_library
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

GL = ("libGL.so.1", "libEGL.so.1", "libGLESv2.so.2")
LINE = (
    "qcheck: this system lacks libGL.so.1, libEGL.so.1 and libGLESv2.so.2, so that pictures and "
    "videos cannot be checked: `apt-get install libgl1 libegl1 libgles2` on Debian and Ubuntu, "
    "elsewhere the packages that hold these files. Recordings can be checked without\n"
)

QCHECK = (sys.executable, "-m", "qcheck")

# In a mount namespace of its own: the folder of the libraries gives way to one of links to all of
# them but some.
WITHOUT = """
real=$1 bare=$2 folder=$3
mount --bind "$folder" "$real"
cp -as "$real/." "$bare/"
for name in $4; do rm -f "$bare/$name"*; done
mount --bind "$bare" "$folder"
shift 4
exec "$@"
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def without_gl(tmp_path: Path) -> Run:
    """Runs qcheck where nothing of OpenGL is installed."""
    shown = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True).stdout
    folders = {
        Path(line.rpartition("=> ")[2]).resolve().parent
        for line in shown.splitlines()
        if line.strip().startswith(GL) and "=> " in line
    }
    if len(folders) != 1:
        pytest.skip("the libraries to hide lie in no one folder")
    real, bare = tmp_path / "real", tmp_path / "bare"
    real.mkdir()
    bare.mkdir()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        hiding = [str(real), str(bare), str(folders.copy().pop()), " ".join(GL)]
        return subprocess.run(
            [*("unshare", "-m", "sh", "-euc", WITHOUT, "sh", *hiding), *QCHECK, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def _can_hide() -> bool:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


hides = pytest.mark.skipif(
    not _can_hide(), reason="hiding libraries needs root, Linux and mount namespaces"
)


@hides
@pytest.mark.parametrize("names", [["portrait.png", "voice.wav"], ["talk.mp4"], ["defects"]])
def test_a_picture_is_one_line_that_names_what_to_install(
    fixtures: Path, without_gl: Run, names: list[str]
) -> None:
    ran = without_gl("--isolated", *(str(fixtures / name) for name in names))
    assert (ran.stderr, ran.stdout, ran.returncode) == (LINE, "", 2)


@hides
def test_the_list_of_models_ends_in_the_same_line(without_gl: Run) -> None:
    ran = without_gl("models")
    assert (ran.stderr, ran.returncode) == (LINE, 2)
    assert "face_landmarker.task" in ran.stdout


@hides
def test_a_recording_is_checked_all_the_same(fixtures: Path, without_gl: Run) -> None:
    ran = without_gl("--isolated", str(fixtures / "voice.wav"))
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert "Ready: 1 file checked" in ran.stdout


# --- by what the loaders say, on every machine -------------------------------------------------


@pytest.mark.parametrize(
    ("says", "name", "package"),
    [
        ("libGL.so.1: cannot open shared object file: No such file", "libGL.so.1", "libgl1"),
        ("/usr/lib/x86_64-linux-gnu/libEGL.so.1: file too short", "libEGL.so.1", "libegl1"),
        ("libxcb.so.1: wrong ELF class: ELFCLASS32", "libxcb.so.1", "libxcb1"),
        (
            "libgthread-2.0.so.0: cannot open shared object file: No such file or directory",
            "libgthread-2.0.so.0",
            "libglib2.0-0",
        ),
        (
            "Error loading shared library libGLESv2.so.2: No such file (needed by /usr/x.so)",
            "libGLESv2.so.2",
            "libgles2",
        ),
    ],
)
@pytest.mark.parametrize("kind", [ImportError, OSError])
def test_what_the_loader_says_is_told_with_the_package(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
    says: str,
    name: str,
    package: str,
) -> None:
    monkeypatch.setattr(system_libraries, "_not_loading", list)
    told = str(missing_library(kind(says)))
    assert told.startswith(f"this system lacks {name}, so that pictures and videos")
    assert f"`apt-get install {package}`" in told


def test_a_library_that_no_table_knows_is_named_without_a_package() -> None:
    told = str(missing_library(OSError("libomp.so.5: cannot open shared object file: No such")))
    assert told.startswith("this system lacks libomp.so.5, which")
    assert "apt-get" not in told


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'cv3'"),
        FileNotFoundError(2, "No such file or directory", "portrait.png"),
        ValueError("libGL.so.1: cannot open shared object file: No such file or directory"),
        # A broken installation of ours, which no package of the system repairs.
        OSError(f"{sys.prefix}/lib/libmediapipe.so: cannot open shared object file: No such file"),
    ],
)
def test_other_errors_are_no_missing_library(error: Exception) -> None:
    assert missing_library(error) is None


def test_the_cause_of_an_error_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "_not_loading", list)
    outer = RuntimeError("the task cannot be made")
    outer.__cause__ = OSError("libEGL.so.1: cannot open shared object file: No such file")
    assert "libEGL.so.1" in str(missing_library(outer))


@pytest.fixture
def no_gl(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV fails to load as it does where nothing of OpenGL is installed, twice over."""
    import_before, load_before = builtins.__import__, ctypes.CDLL
    says = iter(["libGL.so.1: cannot open shared object file: No such file or directory"])

    def import_(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "cv2":
            raise ImportError(
                next(says, 'recursion while loading "cv2". Check OpenCV installation.')
            )
        return import_before(name, *rest, **named)

    def load(name: str, *rest: Any, **named: Any) -> Any:
        if name in GL:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        return load_before(name, *rest, **named)

    for name in ("cv2", "qcheck.media.picture"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(builtins, "__import__", import_)
    monkeypatch.setattr(ctypes, "CDLL", load)


@pytest.mark.skipif(sys.platform != "linux", reason="other wheels carry what they need")
def test_every_look_at_a_picture_fails_alike(fixtures: Path, no_gl: None) -> None:
    data = (fixtures / "portrait.png").read_bytes()
    for _ in range(2):
        with pytest.raises(LibraryMissing) as missing:
            Evidence(File("portrait.png", data)).get(Picture)
        assert f"qcheck: {missing.value}\n" == LINE
