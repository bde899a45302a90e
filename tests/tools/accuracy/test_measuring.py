"""Measurements: taken once, kept without pixels, with the numbers of their fold."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qcheck.media.content import Picture
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers import weights
from qcheck.probes.portrait import Face, Light, Thumbnail
from tools.accuracy import measuring, trials
from tools.accuracy.digests import PACKAGE
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
    [first] = measuring.measure(case, probes, [None], tmp_path / "store")
    monkeypatch.setattr(measuring, "_file", lambda case: pytest.fail("measured again"))
    [second] = measuring.measure(case, probes, [None], tmp_path / "store")
    assert second.evidence(probes).get(Picture).width_px == first.values["Picture"].bgr.shape[1]


def test_fitted_numbers_of_a_folder_are_used_and_given_back(tmp_path: Path) -> None:
    np.savez(tmp_path / "covering.npz", only=np.ones(1))
    try:
        weights.use(tmp_path)
        assert set(weights.arrays_of("covering")) == {"only"}
    finally:
        weights.use(None)
    assert "only" not in weights.arrays_of("covering")


def test_what_rests_on_fitted_numbers_is_measured_with_each_and_the_rest_once(
    tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "portraits" / "set" / "portrait.png"
    picture.parent.mkdir(parents=True)
    shutil.copy(fixtures / "portrait.png", picture)
    case = trials.Case(Row(picture, "portraits", {"file": "set/portrait.png"}))
    changed, nothing = tmp_path / "changed", tmp_path / "nothing"
    changed.mkdir()
    nothing.mkdir()
    with np.load(PACKAGE / "probes" / "light.npz") as stored:
        shipped = {key: stored[key] for key in stored.files}
    shipped = {k: v * 0.5 if v.dtype.kind == "f" else v for k, v in shipped.items()}
    np.savez(changed / "light.npz", **shipped)
    (nothing / "light.none").write_text("no studio is left")
    found = []
    measured = Evidence._measure

    def counted(self: Evidence, wanted: type) -> Any:
        found.append(wanted)
        return measured(self, wanted)

    monkeypatch.setattr(Evidence, "_measure", counted)
    probes: dict[str, type] = {"Face": Face, "Light": Light}
    three = measuring.measure(case, probes, [None, changed, nothing], tmp_path / "store")
    assert found.count(Face) == 1
    assert found.count(Light) == 2
    assert three[0].values["Light"] != three[1].values["Light"]
    assert three[2].values["Light"] == measuring.Failure("unmeasurable", "no studio is left")
