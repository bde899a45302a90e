"""The page of figures: rules in order, preview marked, nobody left out."""

from __future__ import annotations

from qcheck.core.rule import RuleStatus
from qcheck.engine.registry import load_rules
from tools.accuracy.figures import Figure, Result
from tools.accuracy.page import page
from tools.accuracy.trials import Goal, parse


def result(rules: list[str], question: str, made: bool = False) -> Result:
    where = {"made": "exposed"} if made else {}
    trial = parse(
        {"question": question, "sound": [where], "rules": rules, "goal": "flagged <= .02"}, ()
    )
    return Result(trial, figures=[Figure(Goal("flagged", False, 0.02), 0.01, 0.0, 0.03)])


def test_every_rule_has_its_figures_or_is_said_to_have_none() -> None:
    rules = load_rules().all
    preview = next(rule.name for rule in rules if rule.status is RuleStatus.PREVIEW)
    results = [
        result(["hum", "colour"], "several at once"),
        result(["hum"], "studio voices", made=True),
        result([preview], "is it ready"),
    ]
    text = page(results, rules, {"london": {"hum": (1, 2)}}, {"london": 9}, 500)
    assert "500 bootstrap draws" in text
    assert "| hum | studio voices | constructed | flagged ≤ 2 % | yes: 1 % [0 %, 3 %] | – |" in text
    assert f"| {preview} (preview) | is it ready | real |" in text
    assert text.index("### several at once") < text.index("### studio voices (constructed)")
    assert "| london | 9 | hum 1+2 |" in text
    untried = text.partition("## Without a trial of their own\n")[2]
    named = {rule.name for rule in rules if f"[{rule.name}](" in untried}
    assert named == {rule.name for rule in rules} - {"hum", preview}


def test_whole_sets_left_out_are_shown_beside_people_left_out() -> None:
    seen, unseen = result(["hum"], "studio voices"), result(["hum"], "studio voices")
    unseen.figures = [Figure(Goal("flagged", False, 0.02), 0.04, 0.02, 0.06)]
    seen.strangers = unseen
    text = page([seen], load_rules().all, {}, {}, 500)
    assert "| yes: 1 % [0 %, 3 %] | **no**: 4 % [2 %, 6 %] |" in text
    assert "1 of 1 goals are reached with people left out, 0 with whole sets left out" in text
    assert text.index("People left out:") < text.index("Whole sets left out:")
