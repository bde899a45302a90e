"""Trials: cases chosen by columns, goals read from text, and every one of the repository's."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.engine.registry import load_rules
from tools.accuracy import measuring, trials
from tools.accuracy.labels import Row


def row(file: str = "a/b.png", **labels: str) -> Row:
    return Row(Path(file), "portraits", {"file": file, "subject": "", "dup_group": "", **labels})


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


def test_a_row_of_another_medium_is_not_made_from() -> None:
    measuring.load_makers()
    voice = Row(Path("v.wav"), "voices", {"file": "v.wav", "set": "clean"})
    table = {"sound": [{"set": "clean", "made": "exposed", "stops": 1.0}], "question": "dark"}
    trial = trials.parse(table, ["exposure"])
    assert trial.cases([voice, row("a.png", set="clean")], "sound") == [
        trials.Case(row("a.png"), "exposed", (("stops", 1.0),))
    ]


def test_each_makes_every_parameter_of_every_row_and_otherwise_they_take_turns() -> None:
    measuring.load_makers()
    rows = [row(f"{i}.png", set="clean") for i in range(3)]
    made = {"set": "clean", "made": "exposed", "stops": [1.0, -1.0]}
    in_turn = trials.parse({"question": "?", "defective": [made]}, ["exposure"])
    each = trials.parse({"question": "?", "defective": [made | {"each": True}]}, ["exposure"])
    assert [c.parameters[0][1] for c in in_turn.cases(rows, "defective")] == [1.0, -1.0, 1.0]
    assert len(each.cases(rows, "defective")) == 6


def test_at_most_so_many_cases_go_round_the_people() -> None:
    many = [row(f"ann{i}.png", set="a", subject="Ann") for i in range(9)]
    rows = [*many, row("ben.png", set="a", subject="Ben")]
    trial = trials.parse({"question": "?", "sound": [{"set": "a", "most": 2}]}, ["colour"])
    assert {case.row.subject for case in trial.cases(rows, "sound")} == {"Ann", "Ben"}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"question": "q", "sounds": []}, "unknown sounds"),
        ({"question": "q"}, "neither sound nor defective"),
        ({"question": "q", "truth": "yaw"}, "needs `of` and `measure`"),
        ({"question": "q", "sound": [{}], "goal": "soon"}, "not a goal"),
    ],
)
def test_a_trial_that_asks_nothing_is_refused(table: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        trials.parse(table, ["colour"])


def test_an_unknown_maker_is_refused() -> None:
    trial = trials.parse({"question": "?", "sound": [{"set": "a", "made": "haunted"}]}, [])
    with pytest.raises(ValueError, match="no maker is called 'haunted'"):
        trial.cases([row("a.png", set="a")], "sound")
