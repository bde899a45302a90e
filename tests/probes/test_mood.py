"""Moods: a network of other people's making, weighed together with what the mesh does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import synthetic_face as synthetic

from qcheck.media.file import File
from qcheck.probes.aligned import align_face
from qcheck.probes.evidence import Evidence
from qcheck.probes.mood import answers, features, measure_mood
from qcheck.probes.portrait import Mood

FACE = synthetic.face(400)
ALIGNED = align_face(synthetic.picture(synthetic.drawn(FACE)), FACE)


def test_the_answers_are_likelihoods_of_one_whole() -> None:
    # The least likely are cut off at e to the -8.
    assert np.exp(answers(ALIGNED.bgr)).sum() == pytest.approx(1, abs=0.003)


def test_a_mirrored_face_has_the_same_mood() -> None:
    lopsided = ALIGNED.bgr.copy()
    lopsided[:, :64] //= 2
    mirrored = np.ascontiguousarray(lopsided[:, ::-1])
    assert answers(mirrored) == pytest.approx(answers(lopsided), abs=0.05)
    assert answers(lopsided) != pytest.approx(answers(ALIGNED.bgr), abs=0.05)


def test_each_mood_is_a_share() -> None:
    mood = measure_mood(ALIGNED, FACE)
    assert all(0 <= value <= 1 for value in dataclasses.astuple(mood))


def test_what_the_mesh_does_counts() -> None:
    shapes = {"jawOpen": 0.8, "browInnerUp": 0.9, "eyeWideLeft": 0.6, "eyeWideRight": 0.6}
    surprised = dataclasses.replace(FACE, blendshapes=shapes)
    assert (features(ALIGNED, surprised) != features(ALIGNED, FACE)).sum() == 3
    assert measure_mood(ALIGNED, surprised).surprise > measure_mood(ALIGNED, FACE).surprise


def test_surprise_shows_on_people(corpus: Path) -> None:
    for number in ("02", "08", "11", "15"):
        folder = corpus / "portraits" / "yale"
        astonished, calm = (
            Evidence(File(name, (folder / name).read_bytes())).get(Mood).surprise
            for name in (f"subject{number}.surprised", f"subject{number}.sad")
        )
        assert astonished > 0.5 > calm
