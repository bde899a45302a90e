"""Drawings on an aligned face: they cover what they say, and leave the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.accuracy.drawings import bare, covers, glasses, hands
from tools.accuracy.drawings.canvas import EYES, HEIGHT, WIDTH, Sample, fill, line
from tools.accuracy.drawings.eyes import of_eye
from tools.accuracy.fits.covering import of_lower, sample_of
from tools.accuracy.labels import Row

SEEDS = range(5)


@pytest.fixture(scope="module")
def sample() -> Sample:
    path = Path(__file__).resolve().parents[3] / "fixtures" / "portrait.png"
    labels = {"file": "a/portrait.png", "kind": "photo", "glasses": "", "mask": "", "hand": ""}
    found = sample_of(Row(path, "portraits", {**labels, "defects": ""}))
    assert found is not None
    return found


def changed(sample: Sample, drawn: np.ndarray) -> np.ndarray:
    """(height, width): by how many levels each pixel differs."""
    return np.asarray(np.abs(drawn - sample.bgr.astype(float)).mean(axis=2))


def around(point: np.ndarray, reach: int = 4) -> tuple[slice, slice]:
    x, y = np.round(point).astype(int)
    return slice(y - reach, y + reach), slice(x - reach, x + reach)


def test_shapes_are_filled_inside_and_lines_are_as_thick_as_asked() -> None:
    square = fill([(20, 20), (60, 20), (60, 60), (20, 60)])
    assert square[40, 40] == 1
    assert square[10, 10] == 0
    assert square.sum() == pytest.approx(1600, rel=0.06)
    assert line([(20, 40), (60, 40)], 4)[:, 40].sum() == pytest.approx(4, abs=0.6)


def test_dark_glasses_hide_eyes_and_clear_ones_do_not(sample: Sample) -> None:
    through: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(12):
        for dark, kept in through.items():
            worn = glasses.glasses(sample, np.random.default_rng(seed), dark)
            assert changed(sample, worn)[around(sample.points[152])].max() == 0
            for eye in EYES:
                bare, seen = (
                    each[around(eye)].mean(axis=-1).ravel() for each in (sample.bgr, worn)
                )
                # How much of the eye's own contrast comes through.
                kept.append(float(np.cov(bare, seen)[0, 1] / bare.var()))
    assert np.median(through[True]) < 0.6
    assert np.median(through[False]) > 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mask_hides_mouth_and_chin_and_no_eye(sample: Sample, seed: int) -> None:
    drawn = changed(sample, covers.mask(sample, np.random.default_rng(seed)))
    assert drawn[around(sample.points[13])].mean() > 5
    assert drawn[around(EYES[0])].max() == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("draw", [hands.hand, covers.microphone])
def test_what_is_said_to_be_covered_is_what_changed(
    sample: Sample, draw: object, seed: int
) -> None:
    assert callable(draw)
    picture, cover = draw(sample, np.random.default_rng(seed))
    assert cover.shape == (HEIGHT, WIDTH)
    assert cover.min() >= 0
    assert cover.max() <= 1 + 1e-6
    under = changed(sample, picture)
    assert under[cover > 0.9].mean() > 3 * under[cover < 0.01].mean()


def test_a_hand_lies_where_it_is_put(sample: Sample) -> None:
    for seed in SEEDS:
        _, cover = hands.hand(sample, np.random.default_rng(seed), sample.points[13])
        assert of_lower(cover, sample.points) != 0


def test_hair_is_over_the_eye_that_it_was_drawn_on(sample: Sample) -> None:
    truths = [
        of_eye(covers.hair(sample, np.random.default_rng(seed), -1)[1], 1) for seed in range(20)
    ]
    assert truths.count(1.0) == 0


def test_half_an_eye_and_the_rim_of_a_mouth_are_neither_covered_nor_bare(sample: Sample) -> None:
    nothing, everything = np.zeros((HEIGHT, WIDTH)), np.ones((HEIGHT, WIDTH))
    assert (of_eye(nothing, -1), of_eye(everything, -1)) == (0, 1)
    assert (of_lower(nothing, sample.points), of_lower(everything, sample.points)) == (0, 1)
    some = nothing.copy()
    some[:, :40] = 1
    assert np.isnan(of_eye(some, -1))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_beard_leaves_the_lips_free(sample: Sample, seed: int) -> None:
    drawn = changed(sample, bare.beard(sample, np.random.default_rng(seed)))
    lips = sample.points[[61, 291, 0, 17]].mean(axis=0)
    assert drawn[around(lips, 2)].mean() < 2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_picture_is_a_picture_of_the_same_size(sample: Sample, seed: int) -> None:
    once, again = (bare.change(sample.bgr, np.random.default_rng(seed)) for _ in range(2))
    assert once.dtype == np.uint8
    assert once.shape == sample.bgr.shape
    assert np.array_equal(once, again)
    assert not np.array_equal(once, sample.bgr)
