"""Moods, as a network of other people's making sees them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.media.file import File
from qcheck.probes.aligned import align_face
from qcheck.probes.evidence import Evidence
from qcheck.probes.mood import answers, measure_mood
from qcheck.probes.portrait import Mood

FACE = synthetic.face(400)
ALIGNED = align_face(synthetic.picture(synthetic.drawn(FACE)), FACE)


def mood_of(path: Path) -> Mood:
    return Evidence(File(path.name, path.read_bytes())).get(Mood)


def test_the_network_is_the_published_one() -> None:
    """Answers of the package's weights run layer by layer as its source says, in float64."""
    ramp = np.add.outer(np.arange(160), 2 * np.arange(128))[..., None] * (1, 2, 3)
    assert answers((ramp % 256).astype(np.uint8)) == pytest.approx(
        [-3.704, -6.329, -4.249, -7.39, -5.08, -7.622, -5.38], abs=0.01
    )


def test_what_lies_beside_the_face_does_not_count() -> None:
    other = ALIGNED.bgr.copy()
    other[:25] = 255
    other[150:] = 0
    assert answers(other) == pytest.approx(answers(ALIGNED.bgr))


def test_each_mood_is_a_share() -> None:
    mood = measure_mood(ALIGNED)
    assert all(0 <= value <= 1 for value in dataclasses.astuple(mood))


@pytest.mark.parametrize("number", ["02", "08", "11", "15"])
def test_surprise_shows_on_people(corpus: Path, number: str) -> None:
    astonished, sad = (
        mood_of(corpus / "portraits" / "yale" / f"subject{number}.{mood}").surprise
        for mood in ("surprised", "sad")
    )
    assert astonished > 0.3 > sad


def test_a_scowl_with_closed_lips_shows_on_people(corpus: Path) -> None:
    angry, disgusted = (
        mood_of(corpus / "portraits" / "more" / "ckplus" / f"{name}.png").anger
        for name in ("S130_007_00000020", "S130_012_00000011")
    )
    assert angry > 0.5
    assert disgusted > 0.95
    calm = mood_of(next((corpus / "portraits" / "london_neutral").glob("*.jpg")))
    assert calm.anger < 0.1
