"""Dark glasses on somebody beside the sitter: two fixtures put side by side."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Covering, OtherEyes

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
BARE, DARK = FIXTURES / "portrait.png", FIXTURES / "defects" / "eyes-visible.jpg"


def beside(*shown: tuple[Path, int]) -> Evidence:
    """A picture of fixtures in a row, each with its height in pixels."""
    row = np.full((800, 800 * len(shown), 3), 200, np.uint8)
    for place, (path, height) in enumerate(shown):
        picture = cv2.resize(cv2.imread(str(path)), (height, height), interpolation=cv2.INTER_AREA)
        row[:height, 800 * place : 800 * place + height] = picture
    coded = cv2.imencode(".png", row)[1]
    return Evidence(File("row.png", coded.tobytes()))


def test_dark_glasses_on_the_other_are_seen_and_not_held_against_the_sitter() -> None:
    evidence = beside((BARE, 800), (DARK, 640))
    others = evidence.get(OtherEyes)
    assert others.covered > 0.5
    assert all(box.left_px > 800 for box in others.boxes)
    assert evidence.get(Covering).eyes < 0.5


def test_a_bare_face_beside_the_sitter_is_bare() -> None:
    others = beside((DARK, 800), (BARE, 640)).get(OtherEyes)
    assert others.boxes
    assert others.covered < 0.5


def test_a_passer_by_is_left_out() -> None:
    assert beside((BARE, 800), (DARK, 300)).get(OtherEyes).boxes == ()
