"""Fits: what serves them, and that what they store is what the probes read."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="fits need pip install -e '.[accuracy]'")

from tools.accuracy import fits, fitting
from tools.accuracy.fits import background, covering, glasses, masks, music, speakers
from tools.accuracy.labels import Row


def portrait(file: str = "set/a.png", **labels: str) -> Row:
    bare = {"kind": "photo", "glasses": "", "mask": "", "hand": "", "defects": "", "background": ""}
    return Row(Path(file), "portraits", {"file": file, **bare, **labels})


def voice(file: str, set_: str) -> Row:
    return Row(Path(file), "voices", {"file": file, "set": set_})


@pytest.mark.parametrize("name", fitting.names())
def test_every_fit_takes_rows_and_a_folder(name: str) -> None:
    fit = importlib.import_module(f"{fits.__name__}.{name}").fit
    assert list(inspect.signature(fit).parameters) == ["rows", "cache"]


@pytest.mark.parametrize(
    ("labels", "eyes", "lower"),
    [
        ({}, 0, 0),
        ({"glasses": "clear"}, 0, 0),
        ({"glasses": "sun"}, 1, 0),
        ({"mask": "1"}, 0, 1),
        ({"hand": "1"}, 0, np.nan),
        ({"defects": "hair_over_eyes"}, np.nan, 0),
        ({"kind": "animal"}, np.nan, np.nan),
    ],
)
def test_labels_say_what_is_covered(labels: dict[str, str], eyes: float, lower: float) -> None:
    assert covering.truth(portrait(**labels).labels) == pytest.approx((eyes, lower), nan_ok=True)


@pytest.mark.parametrize(
    ("network", "hidden", "members"),
    [
        ("eye", glasses.HIDDEN, glasses.MEMBERS),
        ("lower", covering.HIDDEN, covering.MEMBERS),
        ("mask", masks.HIDDEN, masks.MEMBERS),
    ],
)
def test_a_trained_ensemble_has_the_shape_that_ships(
    network: str, hidden: int, members: int
) -> None:
    name = {"eye": "glasses", "lower": "covering", "mask": "masks"}[network]
    with np.load(fitting.SHIPPED / f"{name}.npz") as stored:
        shipped = {
            key.removeprefix(network).removeprefix("_"): stored[key].shape
            for key in stored.files
            if key.startswith(network) and key != f"{network}_zero"
        }
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, *shipped["mean"])).astype(np.float16)
    made = covering.train(features, np.arange(40) % 2, hidden, members)
    assert {key: np.shape(value) for key, value in made.items()} == shipped


def test_the_code_of_every_drawing_outdates_what_was_drawn(tmp_path: Path) -> None:
    extra = tmp_path / "own.py"
    extra.write_text("a = 1\n")
    before = covering.code_mark(extra)
    assert covering.code_mark(extra) == before
    extra.write_text("a = 2\n")
    assert covering.code_mark(extra) != before


def test_nobody_who_sings_or_speaks_over_music_serves_as_a_plain_voice() -> None:
    clean = voice("libri_clean/84-1.flac", "libri_clean")
    assert music._serves(clean)
    assert speakers._serves(clean)
    assert not music._serves(voice("th/imagine.wav", "th_driving__x"))
    assert not speakers._serves(voice("noise/a.wav", "sb_noise"))


def test_voices_are_never_paired_with_themselves() -> None:
    one, same = (voice(f"libri_clean/84-{i}.flac", "libri_clean") for i in range(2))
    other = voice("libri_clean/2764-1.flac", "libri_clean")
    assert not speakers._may_pair(one, same)
    assert speakers._may_pair(one, other)


def test_backgrounds_serve_where_they_are_labelled() -> None:
    assert background._serves(portrait(behind="place"))
    assert not background._serves(portrait(behind=""))
    assert not background._serves(portrait(behind="place", kind="drawing"))
