"""What keeps models from running is found out without importing what runs them."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from qcheck.models import running
from qcheck.models.running import what_keeps_models_from_running

NATIVE = {"cv2": "cv2.abi3.so", "mediapipe": "tasks/c/libmediapipe.so"}


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The two packages with a native part each, and what was loaded of them."""
    tried: list[str] = []
    for package, native in NATIVE.items():
        (tmp_path / package / native).parent.mkdir(parents=True)
        (tmp_path / package / native).touch()
        (tmp_path / package / "other.so").touch()

    def find_spec(name: str) -> SimpleNamespace:
        return SimpleNamespace(submodule_search_locations=[str(tmp_path / name)])

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    monkeypatch.setattr(ctypes, "CDLL", lambda path: tried.append(Path(path).name))
    monkeypatch.setattr(sys, "platform", "linux")
    return tried


def lacking(monkeypatch: pytest.MonkeyPatch, file: str, says: str) -> None:
    """The loader refuses ``file``, and finds nothing of the rest lacking."""

    def load(path: str) -> None:
        if path.endswith(file):
            raise OSError(says)

    monkeypatch.setattr(ctypes, "CDLL", load)


def test_nothing_keeps_them_where_the_native_part_of_each_loads(loaded: list[str]) -> None:
    assert what_keeps_models_from_running() is None
    assert loaded == ["cv2.abi3.so", "libmediapipe.so"]


@pytest.mark.parametrize("file", ["cv2.abi3.so", "libmediapipe.so"])
def test_a_library_that_the_system_lacks_is_named(
    loaded: list[str], monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    lacking(monkeypatch, file, "libGL.so.1: cannot open shared object file: No such file")
    missing = what_keeps_models_from_running()
    assert missing is not None
    assert "this system lacks libGL.so.1" in str(missing)
    assert "apt-get install libgl1" in str(missing)


def test_another_fault_of_the_loader_is_left_to_whoever_imports_it(
    loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking(monkeypatch, "cv2.abi3.so", "undefined symbol: frobnicate")
    assert what_keeps_models_from_running() is None


def test_a_package_that_is_not_installed_is_passed_over(
    loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert what_keeps_models_from_running() is None
    assert loaded == []


def test_elsewhere_wheels_carry_what_they_need(
    loaded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    lacking(monkeypatch, "cv2.abi3.so", "libGL.so.1: cannot open shared object file: No such file")
    assert what_keeps_models_from_running() is None


@pytest.mark.skipif(sys.platform != "linux", reason="it is asked on Linux only")
@pytest.mark.parametrize(("package", "pattern"), running._NATIVE)
def test_the_native_parts_are_where_they_are_looked_for(package: str, pattern: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (folder,) = spec.submodule_search_locations
    assert list(Path(folder).glob(pattern))
