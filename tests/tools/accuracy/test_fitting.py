"""Fits: what they leave behind, and when shipped numbers stay as they are."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tools.accuracy import fits, fitting
from tools.accuracy.labels import FOLDS, Row


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    (tmp_path / "corpus" / "voices").mkdir(parents=True)
    (tmp_path / "corpus" / "voices" / "labels.csv").write_text("file,set\na.wav,clean\n")
    return tmp_path / "corpus"


def test_every_fit_ships_its_numbers_and_says_what_they_come_from() -> None:
    assert fitting.names()
    for name in fitting.names():
        assert "; labels " in fitting.fitted_from(name), name


def test_a_fit_writes_its_arrays_with_a_note_of_the_corpus(
    tmp_path: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ModuleType("made_up")

    def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
        assert cache.is_dir()
        return {"slope": np.array([len(rows)]), "note": np.array("2 voices")}

    vars(made)["fit"] = fit
    monkeypatch.setitem(sys.modules, f"{fits.__name__}.made_up", made)
    rows = [Row(labelled / name, "voices", {"file": name}) for name in ("a.wav", "b.wav")]
    target = tmp_path / "out" / "made_up.npz"
    fitting.fit("made_up", rows, labelled, tmp_path / "store", target)
    with np.load(target) as stored:
        assert stored["slope"] == [2]
        assert str(stored["note"]) == f"2 voices; labels {fitting.corpus_digest(labelled)}"
    assert [path.name for path in target.parent.iterdir()] == ["made_up.npz"]


def test_a_changed_label_is_another_corpus(labelled: Path) -> None:
    before = fitting.corpus_digest(labelled)
    (labelled / "voices" / "labels.csv").write_text("file,set\na.wav,noisy\n")
    assert fitting.corpus_digest(labelled) != before


def test_people_of_another_corpus_are_scored_with_the_shipped_numbers(
    tmp_path: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "ProcessPoolExecutor", lambda *_, **__: pytest.fail("fitted"))
    folders = fitting.fit_folds([], labelled, tmp_path / "store", 1)
    assert sorted(folders) == list(range(FOLDS))
    assert [path for folder in folders.values() for path in folder.iterdir()] == []
