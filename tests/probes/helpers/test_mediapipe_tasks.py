"""MediaPipe's tasks: light to import, loaded once, and quiet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from qcheck.probes.helpers import mediapipe_tasks as tasks


def test_a_task_is_loaded_once_for_each_threshold() -> None:
    assert tasks.face_landmarker() is tasks.face_landmarker()
    assert tasks.face_landmarker(0.25) is not tasks.face_landmarker()


def test_looking_says_nothing(fixtures: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bgr = cv2.imread(str(fixtures / "portrait.png"))
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB).astype(np.uint8)
    found = tasks.run_task(tasks.face_landmarker(), rgb)
    assert len(found.face_landmarks) == 1
    assert len(found.face_landmarks[0]) == 478
    mask = tasks.run_task(tasks.person_segmenter(), rgb).confidence_masks[0].numpy_view()
    assert mask.max() > 0.9
    assert capfd.readouterr() == ("", "")


def test_what_its_vision_does_not_need_stays_out() -> None:
    code = (
        "import sys\n"
        "from qcheck.probes.helpers import mediapipe_tasks as tasks\n"
        "assert 'mediapipe' not in sys.modules\n"
        "tasks.face_landmarker()\n"
        "print(sorted({'matplotlib', 'sounddevice'} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
    assert ran.stderr == ""
