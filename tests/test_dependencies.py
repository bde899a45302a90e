"""What is installed beside qcheck, and under which name qcheck is installed itself."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement

from qcheck.core.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OPENCV = ("opencv-python", "opencv-contrib-python")

# Whatever somebody may copy a command from.
TEXTS = [
    path
    for pattern in (
        "*.md",
        "*.yml",
        ".*.yaml",
        "Dockerfile",
        ".ci/*",
        "docs/**/*.md",
        "docs/**/*.yml",
    )
    for path in sorted(ROOT.glob(pattern))
] + sorted((ROOT / "qcheck").rglob("*.py"))

INSTALLS_THE_STRANGER = re.compile(
    r"""(?:pipx?\ install|pipx\ run|uvx|uv\ (?:add|tool\ install|tool\ run|pip\ install))
        (?:\ -\S+)*\ qcheck(?![\w./-])
      | dependencies\ =\ \["qcheck"\]""",
    re.VERBOSE,
)


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


def test_command_and_import_keep_their_name_in_a_distribution_of_another() -> None:
    ours = distribution(PROJECT["name"])
    assert ours.version == VERSION
    scripts = [each.value for each in ours.entry_points if each.group == "console_scripts"]
    assert [each.name for each in ours.entry_points.select(group="console_scripts")] == ["qcheck"]
    assert scripts == ["qcheck.__main__:main"]


def test_nobody_is_told_to_install_the_strangers_package() -> None:
    """The index's "qcheck" is somebody else's: only a warning may name its installation."""
    told = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in TEXTS
        for paragraph in path.read_text("utf-8").split("\n\n")
        for found in INSTALLS_THE_STRANGER.finditer(paragraph)
        if "Never" not in paragraph[: found.start()]
    ]
    assert told == []
