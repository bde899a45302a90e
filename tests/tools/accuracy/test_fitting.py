"""Fits: what they leave behind, and when shipped numbers stay as they are."""

from __future__ import annotations

import re
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tools.accuracy import fits, fitting
from tools.accuracy.fits import Unfittable
from tools.accuracy.labels import Row


class InThisProcess(Executor):
    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*args, **kwargs))
        return done


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    (tmp_path / "corpus" / "voices").mkdir(parents=True)
    (tmp_path / "corpus" / "voices" / "labels.csv").write_text("file,set\na.wav,clean\n")
    return tmp_path / "corpus"


def test_every_fit_ships_its_numbers_and_says_what_they_come_from() -> None:
    assert fitting.names()
    for name in fitting.names():
        assert "; labels " in fitting.fitted_from(name), name
        # Without its sets nobody could leave them out.
        assert "; sets " in fitting.fitted_from(name), name
        source = (Path(fits.__path__[0]) / f"{name}.py").read_text("utf-8")
        assert re.search(r'^MEDIUM = "(portraits|voices)"$', source, re.MULTILINE), name


def test_a_fit_writes_its_arrays_with_a_note_of_the_corpus(
    tmp_path: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ModuleType("made_up")

    def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
        assert cache.is_dir()
        return {"slope": np.array([len(rows)]), "note": np.array("2 voices")}

    vars(made).update(fit=fit, MEDIUM="voices")
    monkeypatch.setitem(sys.modules, f"{fits.__name__}.made_up", made)
    rows = [Row(labelled / f"{name}.wav", "voices", {"file": name, "set": name}) for name in "ba"]
    rows.append(Row(labelled / "c.png", "portraits", {"file": "c", "set": "c"}))
    target = tmp_path / "out" / "made_up.npz"
    fitting.fit("made_up", rows, labelled, tmp_path / "store", target)
    with np.load(target) as stored:
        assert stored["slope"] == [2]
        note = f"2 voices; sets a b; labels {fitting.corpus_digest(labelled)}"
        assert str(stored["note"]) == note
    assert [path.name for path in target.parent.iterdir()] == ["made_up.npz"]


def test_a_changed_label_is_another_corpus(labelled: Path) -> None:
    before = fitting.corpus_digest(labelled)
    (labelled / "voices" / "labels.csv").write_text("file,set\na.wav,noisy\n")
    assert fitting.corpus_digest(labelled) != before


def test_people_of_another_corpus_are_scored_with_the_shipped_numbers(
    tmp_path: Path, labelled: Path
) -> None:
    rows = [Row(labelled / "a.wav", "voices", {"file": "a.wav", "set": "nobody_saw_this"})]
    assert fitting.own_fits(rows) == []
    folders = fitting.fit_without([], rows, labelled, tmp_path / "store", 1)
    assert {kind for kind, _ in folders} == {"people", "sets"}
    assert [path for folder in folders.values() for path in folder.iterdir()] == []


def test_what_is_scored_was_in_no_fit_and_neither_was_its_set(
    tmp_path: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ModuleType("made_up")

    def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
        if len({row.origin for row in rows}) < 2:
            raise Unfittable("no other set has a cough")
        return {"seen": np.array([int(row.path.stem) for row in rows])}

    vars(made).update(fit=fit, MEDIUM="voices")
    monkeypatch.setitem(sys.modules, f"{fits.__name__}.made_up", made)
    monkeypatch.setattr(fitting, "code_digest", lambda path: "")
    monkeypatch.setattr(fitting, "ProcessPoolExecutor", InThisProcess)
    rows = [
        Row(labelled / f"{i}.wav", "voices", {"file": f"{i}.wav", "set": "abbb"[i % 4]})
        for i in range(40)
    ]
    rows += [Row(labelled / "99.wav", "voices", {"file": "99.wav", "set": "c"})]
    folders = fitting.fit_without(["made_up"], rows, labelled, tmp_path / "store", 1)
    for split, folder in folders.items():
        with np.load(folder / "made_up.npz") as stored:
            seen = set(stored["seen"])
        kind, part = split
        assert seen == {int(r.path.stem) for r in rows if r.left_out[kind] != part}
    few = [row for row in rows if row.origin != "c"]
    folders = fitting.fit_without(["made_up"], few, labelled, tmp_path / "store", 1)
    assert (folders["sets", "voices a"] / "made_up.none").read_text() == "no other set has a cough"
