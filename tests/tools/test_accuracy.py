"""The command that measures accuracy: its figures, its selections, its cache."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.engine.registry import load_rules
from qcheck.media.content import Picture
from qcheck.probes.helpers import weights
from qcheck.probes.portrait import Face, Thumbnail
from tools.accuracy import digests, measuring, scoring, trials
from tools.accuracy.labels import FOLDS, Row

levels = st.lists(st.integers(-20, 20), min_size=2, max_size=40).map(lambda v: np.array(v, float))


def row(file: str = "a/b.png", **labels: str) -> Row:
    return Row(Path(file), "portraits", {"file": file, "subject": "", "dup_group": "", **labels})


# ------------------------------------------------------------------ figures


def test_figures_of_a_known_ranking() -> None:
    sound, defective = np.array([0.0, 1, 2, 3]), np.array([2.5, 4, 5, 6])
    assert scoring.auc(sound, defective) == 15 / 16
    assert scoring.equal_error_rate(sound, defective) == 0.25
    assert scoring.caught_at(sound, defective, 0.0) == 0.75
    assert scoring.caught_at(sound, defective, 0.25) == 1.0


@given(levels, levels)
def test_area_turns_over_with_the_sign_and_ties_count_half(a: np.ndarray, b: np.ndarray) -> None:
    assert scoring.auc(a, b) == pytest.approx(1 - scoring.auc(-a, -b))
    assert scoring.auc(a, a) == pytest.approx(0.5)


@given(levels, levels)
def test_what_is_caught_never_falls_when_more_alarms_are_allowed(
    a: np.ndarray, b: np.ndarray
) -> None:
    caught = [scoring.caught_at(a, b, share) for share in (0.0, 0.1, 0.5, 1.0)]
    assert caught == sorted(caught)
    assert caught[-1] == 1.0


@given(levels)
def test_rank_correlation_sees_order_and_nothing_else(values: np.ndarray) -> None:
    if len(np.unique(values)) > 2:
        assert scoring.rank_correlation(values, np.exp(values / 5)) == pytest.approx(1)
        assert scoring.rank_correlation(values, -values) == pytest.approx(-1)


def test_no_cases_give_no_figure() -> None:
    nothing = np.array([])
    assert math.isnan(scoring.auc(nothing, np.array([1.0])))
    assert math.isnan(scoring.caught_at(np.array([1.0]), nothing, 0.02))


def test_an_interval_draws_people_and_not_pictures() -> None:
    values = np.array([0.0] * 50 + [1.0] * 50)
    two_people = ["a"] * 50 + ["b"] * 50
    low, high = scoring.interval(lambda at: float(values[at].mean()), two_people)
    assert (low, high) == (0.0, 1.0)
    alone = [str(i) for i in range(100)]
    low, high = scoring.interval(lambda at: float(values[at].mean()), alone)
    assert 0.35 < low < 0.5 < high < 0.65


# ------------------------------------------------------------------ questions as data


@pytest.mark.parametrize(
    ("where", "taken"),
    [
        ({"glasses": "sun"}, True),
        ({"glasses": ["none", "clear"]}, False),
        ({"glasses": "!sun"}, False),
        ({"glasses": "*"}, True),
        ({"mask": "*"}, False),
        ({"mask": ""}, True),
        ({"yaw": {"min": -45, "max": 45}}, True),
        ({"yaw": {"min": 0}}, False),
        ({"yaw": {"min": 20, "absolute": True}}, True),
        ({"mask": {"min": 0}}, False),
        ({"file": "a/*"}, True),
    ],
)
def test_columns_choose_cases(where: dict[str, object], taken: bool) -> None:
    assert trials.matches(row(glasses="sun", mask="", yaw="-30"), where) is taken


def test_goals_are_read_and_nonsense_is_refused() -> None:
    caught, eer = trials.goals_of("caught >= .97 at .01; eer <= .02")
    assert (caught.at, caught.met(0.97), caught.met(0.96)) == (0.01, True, False)
    assert eer.met(0.02)
    assert not eer.met(0.021)
    with pytest.raises(ValueError, match="good enough"):
        trials.goals_of("good enough")


def test_every_trial_of_every_rule_can_be_read() -> None:
    measuring.load_makers()
    names = [rule.name for rule in load_rules().all]
    read = trials.load(names)
    assert read
    for trial in read:
        assert set(trial.rules) <= set(names)
        for table in (*trial.sound, *trial.defective, *trial.of):
            assert "made" not in table or table["made"] in trials.MAKERS, trial.question


def test_a_person_is_in_one_fold_only() -> None:
    same = [row(f"{i}.png", subject="Ann") for i in range(9)]
    assert len({each.fold for each in same}) == 1
    others = {row(f"{i}.png", subject=str(i)).fold for i in range(99)}
    assert others == set(range(FOLDS))


# ------------------------------------------------------------------ what is kept


def test_rules_get_shapes_without_pixels() -> None:
    bgr = np.ones((400, 300, 3), np.uint8)
    picture = Picture(bgr, None, "PNG", "RGB", 8, 1, 1)
    kept = measuring.hollow(picture)
    assert isinstance(kept.bgr, measuring.Hollow)
    back = measuring.refill(kept)
    assert (back.width_px, back.height_px, back.format) == (300, 400, "PNG")


def test_a_kept_value_is_outdated_by_its_weights_and_by_no_others(tmp_path: Path) -> None:
    from qcheck.probes.portrait import Covering

    shipped = digests.PACKAGE / "probes" / "covering.npz"
    assert digests.digest(Covering, None) == digests.digest(Covering, None)
    for folder, name in (("own", "covering.npz"), ("other", "unheard_of.npz")):
        (tmp_path / folder).mkdir()
        with np.load(shipped) as stored:
            arrays = dict(stored)
        arrays["changed"] = np.zeros(1)
        np.savez(tmp_path / folder / name, **arrays)
    assert digests.digest(Covering, tmp_path / "own") != digests.digest(Covering, None)
    assert digests.digest(Covering, tmp_path / "other") == digests.digest(Covering, None)
    assert digests.digest(Picture, tmp_path / "own") == digests.digest(Picture, None)
    assert digests.digest(Face, None) != digests.digest(Thumbnail, None)


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
        assert set(weights.load("covering")) == {"only"}
    finally:
        weights.use(None)
    assert "only" not in weights.load("covering")
