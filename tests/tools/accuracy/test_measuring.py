"""Measurements: taken once, kept without pixels, with the numbers of their fold."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from qcheck.media.content import Picture
from qcheck.probes.helpers import weights
from qcheck.probes.portrait import Thumbnail
from tools.accuracy import measuring, trials
from tools.accuracy.labels import Row


def test_rules_get_shapes_without_pixels() -> None:
    bgr = np.ones((400, 300, 3), np.uint8)
    picture = Picture(bgr, None, "PNG", "RGB", 8, 1, 1)
    kept = measuring.hollow(picture)
    assert isinstance(kept.bgr, measuring.Hollow)
    back = measuring.refill(kept)
    assert (back.width_px, back.height_px, back.format) == (300, 400, "PNG")


def test_measurements_are_taken_once(
    tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "portraits" / "set" / "portrait.png"
    picture.parent.mkdir(parents=True)
    shutil.copy(fixtures / "portrait.png", picture)
    case = trials.Case(Row(picture, "portraits", {"file": "set/portrait.png"}))
    probes: dict[str, type] = {"Picture": Picture, "Thumbnail": Thumbnail}
    first = measuring.measure(case, probes, None, tmp_path / "store")
    monkeypatch.setattr(measuring, "_file", lambda case: pytest.fail("measured again"))
    second = measuring.measure(case, probes, None, tmp_path / "store")
    assert second.evidence(probes).get(Picture).width_px == first.values["Picture"].bgr.shape[1]


def test_fitted_numbers_of_a_folder_are_used_and_given_back(tmp_path: Path) -> None:
    np.savez(tmp_path / "covering.npz", only=np.ones(1))
    try:
        weights.use(tmp_path)
        assert set(weights.arrays_of("covering")) == {"only"}
    finally:
        weights.use(None)
    assert "only" not in weights.arrays_of("covering")
