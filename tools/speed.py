"""Times whole processes against what a person would run instead, and writes ``docs/speed.md``.

Run ``python -m tools.speed`` on an idle machine. Each pair runs in turn, A B A B, so that
the ratio holds when the machine's speed drifts. The first run of each is not counted.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import ROOT

RUNS = 5
QCHECK = [sys.executable, "-m", "qcheck", "--isolated", "--fail-on", "never"]
PORTRAIT, VOICE = str(ROOT / "fixtures/portrait.png"), str(ROOT / "fixtures/voice.wav")
# What pip installs has its byte code beside it, and a checkout gets it in the first run.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

LIBROSA_GATE = """
import sys, librosa, pyloudnorm
samples, rate = librosa.load(sys.argv[1], sr=None)
print(rate, pyloudnorm.Meter(rate).integrated_loudness(samples))
print(librosa.feature.rms(y=samples).min())
"""
MEDIAPIPE_GATE = """
import sys, cv2, mediapipe as mp
from mediapipe.tasks.python import vision, BaseOptions
from qcheck.models.locate import require
options = vision.FaceLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=str(require("face_landmarker"))),
    output_face_blendshapes=True, output_facial_transformation_matrixes=True)
rgb = cv2.cvtColor(cv2.imread(sys.argv[1]), cv2.COLOR_BGR2RGB)
with vision.FaceLandmarker.create_from_options(options) as landmarker:
    found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb))
print(len(found.face_landmarks), cv2.Laplacian(rgb, cv2.CV_64F).var())
"""


@dataclass(frozen=True)
class Contest:
    """qcheck, and what a person would run instead."""

    checked: str
    ours: list[str]
    instead: str
    theirs: list[str]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, env=ENVIRONMENT)
    took = time.perf_counter() - start
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{command}: exit {ran.returncode}\n{ran.stderr.decode()}")
    return took


def paired(ours: list[str], theirs: list[str]) -> tuple[float, float, float]:
    """Median seconds of both, and the median of the pairs' ratios."""
    rounds = [(seconds(ours), seconds(theirs)) for _ in range(RUNS + 1)][1:]
    return (
        statistics.median(a for a, _ in rounds),
        statistics.median(b for _, b in rounds),
        statistics.median(b / a for a, b in rounds),
    )


def contests(work: Path) -> list[Contest]:
    """What is timed in pairs; scripts of others' calls are written into ``work``."""
    (work / "librosa_gate.py").write_text(LIBROSA_GATE)
    (work / "mediapipe_gate.py").write_text(MEDIAPIPE_GATE)
    found = [
        Contest(
            "the voice",
            [*QCHECK, VOICE],
            "a script of librosa and pyloudnorm: loudness and quietest frame",
            [sys.executable, str(work / "librosa_gate.py"), VOICE],
        ),
        Contest(
            "the portrait",
            [*QCHECK, PORTRAIT],
            "a script of mediapipe and OpenCV: landmarks and Laplacian",
            [sys.executable, str(work / "mediapipe_gate.py"), PORTRAIT],
        ),
    ]
    if ffmpeg := shutil.which("ffmpeg"):
        filters = "ebur128=peak=true,astats,silencedetect"
        theirs = [ffmpeg, "-hide_banner", "-nostats", "-i", VOICE, "-af", filters]
        theirs += ["-f", "null", "-"]
        found.append(Contest("the voice", [*QCHECK, VOICE], f"ffmpeg with {filters}", theirs))
    return found


def runs(work: Path) -> list[tuple[str, list[str], int]]:
    """What is timed alone: what it is called, its command, and how many files it checks."""
    shoot = work / "shoot"
    shoot.mkdir()
    for i in range(100):
        source = PORTRAIT if i % 2 else VOICE
        shutil.copy(source, shoot / f"{i:03d}{Path(source).suffix}")
    cache = ["--cache", str(work / "kept")]
    return [
        ("`qcheck --help`", [sys.executable, "-m", "qcheck", "--help"], 1),
        ("the main job: portrait and voice", [*QCHECK, PORTRAIT, VOICE], 1),
        ("50 portraits and 50 voices in a folder", [*QCHECK, str(shoot)], 100),
        ("the same with `--cache`, again", [*QCHECK, *cache, str(shoot)], 100),
    ]


def page(rows: Iterable[str], single: Iterable[str]) -> str:
    """The text of ``docs/speed.md``."""
    return "\n".join(
        [
            "# Speed",
            "",
            f"Whole processes, medians of {RUNS} runs after a warm-up, on {platform.system()} with "
            f"{os.cpu_count()} processors, Python {platform.python_version()}; written by "
            "`python -m tools.speed`. Times drift with the machine; the ratios, taken "
            "pair by pair in one run, hold better. qcheck runs all its rules; what stands against "
            "it only measures what is named.",
            "",
            "| checked | qcheck | instead | takes | times as long as qcheck |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "| run | takes |",
            "|---|---|",
            *single,
            "",
        ]
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for each in contests(Path(folder)):
            mine, other, ratio = paired(each.ours, each.theirs)
            took = f"{mine:.2f} s | {each.instead} | {other:.2f} s | {ratio:.1f}"
            rows.append(f"| {each.checked} | {took} |")
        single = []
        for what, command, files in runs(Path(folder)):
            median = statistics.median([seconds(command) for _ in range(RUNS + 1)][1:])
            share = f", {median / files * 1000:.0f} ms a file" if files > 1 else ""
            single.append(f"| {what} | {median:.2f} s{share} |")
    text = page(rows, single)
    (ROOT / "docs" / "speed.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
