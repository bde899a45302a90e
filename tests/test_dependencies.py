"""What is installed beside qcheck."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OPENCV = ("opencv-python", "opencv-contrib-python")


def test_both_opencv_packages_are_one_release() -> None:
    import cv2

    releases = {name: version(name) for name in OPENCV}
    assert len(set(releases.values())) == 1, f"both write into the folder cv2: {releases}"
    # The packages count their builds behind OpenCV's own number: 5.0.0.93 carries 5.0.0.
    assert releases["opencv-python"].startswith(f"{cv2.__version__}.")


def test_both_opencv_packages_are_held_to_one_range() -> None:
    ranges = {
        each.name: each.specifier
        for each in map(Requirement, PROJECT["dependencies"])
        if each.name in OPENCV
    }
    assert ranges["opencv-python"] == ranges["opencv-contrib-python"]
    assert not ranges["opencv-python"].contains("5.1.0.95")
