"""Figures of a trial, from measured cases to what the page says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.engine.registry import load_rules
from qcheck.media.file import File
from qcheck.probes.voice import DcOffset
from tools.accuracy import page
from tools.accuracy.figures import Judge, Result, evaluate
from tools.accuracy.labels import Row
from tools.accuracy.measuring import Failure, Measured
from tools.accuracy.trials import Case, parse


@pytest.fixture
def judge() -> Judge:
    return Judge(load_rules(), {"DcOffset": DcOffset})


def measured(name: str, offset: float | None, **labels: str) -> Measured:
    """A recording whose offset is known; None where it could not be measured."""
    case = Case(Row(Path(name), "voices", {"file": name, **labels}))
    value = Failure("unmeasurable", "too short") if offset is None else DcOffset(offset)
    return Measured(case, {"DcOffset": value}, File(name, b""), {})


def evaluated(judge: Judge, table: dict[str, object], **sides: list[Measured]) -> Result:
    cases = {
        which: [m.case for m in sides.get(which, [])] for which in ("sound", "defective", "of")
    }
    found: dict[Case, Measured | str] = {m.case: m for side in sides.values() for m in side}
    return evaluate(parse({"question": "?", **table}, ["dc-offset"]), judge, cases, found)


def test_alarms_and_misses_are_counted_and_named(judge: Judge) -> None:
    sound = [measured(f"s{i}.wav", 0.0) for i in range(9)] + [measured("alarm.wav", 0.05)]
    defective = [measured("d.wav", 0.08), measured("missed.wav", 0.001)]
    table = {"sound": [{}], "defective": [{}], "goal": "flagged <= .2; caught >= .6 at .2"}
    result = evaluated(judge, table, sound=sound, defective=defective)
    flagged, caught, alarms = result.figures
    assert (flagged.value, flagged.met) == (0.1, True)
    assert (caught.value, caught.met) == (0.5, False)
    assert (alarms.value, alarms.met) == (0.1, True)
    assert not result.met
    assert result.worst[0].startswith("false alarm: alarm.wav: The wave is 5 % of full scale")
    assert result.worst[1].startswith("missed: missed.wav")


def test_a_graded_measure_is_scored_whatever_the_limit(judge: Judge) -> None:
    table = {"measure": "DcOffset.offset_share", "sound": [{}], "defective": [{}]}
    sound = [measured(f"s{i}.wav", 0.001) for i in range(4)]
    defective = [measured(f"d{i}.wav", 0.002) for i in range(4)]
    result = evaluated(judge, table, sound=sound, defective=defective)
    assert result.graded == {"AUC": 1.0, "EER": 0.0, "1 %": 1.0, "2 %": 1.0}
    assert not any(each.flagged for each in (*result.sound, *result.defective))


def test_what_cannot_be_measured_is_neither_flagged_nor_scored(judge: Judge) -> None:
    table = {"measure": "DcOffset.offset_share", "sound": [{}], "defective": [{}]}
    result = evaluated(
        judge, table, sound=[measured("s.wav", 0.0)], defective=[measured("d.wav", None)]
    )
    (lost,) = result.defective
    assert (lost.told, lost.flagged, lost.score, lost.message) == (False, False, None, "too short")
    assert result.graded == {}


def test_errors_are_measured_against_the_truth_of_the_labels(judge: Judge) -> None:
    table = {
        "measure": "DcOffset.offset_share",
        "truth": "share",
        "of": [{}],
        "goal": "error <= .01",
    }
    of = [measured("a.wav", 0.02, share="0.03"), measured("b.wav", 0.06, share="0.03")]
    result = evaluated(judge, table, of=of)
    assert result.graded["error"] == pytest.approx(0.02)
    assert result.graded["bias"] == pytest.approx(0.01)
    assert not result.figures[0].met
    assert result.worst[0] == "b.wav: 0.06, truly 0.03"


def test_classes_are_counted_against_each_other(judge: Judge) -> None:
    table = {
        "measure": "DcOffset.offset_share",
        "truth": "kind",
        "classes": {"none": "0.0", "some": "0.5"},
        "of": [{}],
        "goal": "right >= .6",
    }
    of = [
        measured("a.wav", 0.0, kind="none"),
        measured("b.wav", 0.5, kind="some"),
        measured("c.wav", 0.0, kind="some"),
        measured("d.wav", 0.0, kind="nobody knows"),
    ]
    result = evaluated(judge, table, of=of)
    assert result.confusion == {("0.0", "0.0"): 1, ("0.5", "0.5"): 1, ("0.5", "0.0"): 1}
    assert result.figures[0].value == pytest.approx(2 / 3)
    assert result.worst == ["c.wav: 0.0, truly 0.5"]


def test_a_case_that_could_not_be_made_is_counted_as_lost(judge: Judge) -> None:
    trial = parse({"question": "?", "sound": [{}]}, ["dc-offset"])
    gone = measured("gone.wav", 0.0).case
    result = evaluate(trial, judge, {"sound": [gone], "defective": [], "of": []}, {gone: "no file"})
    assert result.lost == ["no file"]
    assert result.sound == []


def test_the_terminal_shows_goals_counts_and_the_worst(judge: Judge) -> None:
    table = {"sound": [{}], "goal": "flagged <= .1", "note": "A note."}
    sound = [measured("s.wav", 0.0), measured("alarm.wav", 0.05)]
    text = page.excerpt([evaluated(judge, table, sound=sound)], load_rules().all)
    assert "| dc-offset | ? | real | flagged ≤ 10 % | **no**: 50 % [0 %, 100 %] | – |  |" in text
    assert "0 of 1 goals are reached with people left out, 0 with whole sets left out." in text
    assert "- sound: 1 flagged of 2 (50 %), 2 people" in text
    assert "- false alarm: alarm.wav: The wave is 5 % of full scale" in text
    assert "A note.\n" in text
