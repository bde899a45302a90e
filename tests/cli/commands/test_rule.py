"""`qcheck rule`: rules listed and explained, and the cases of one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import qcheck
from new_rules import make_filled_in
from trusting import vouch


def test_rules_are_listed_and_explained(folder: Path) -> None:
    listed = qcheck("rule", cwd=folder).stdout.splitlines()
    assert any(line.split()[:2] == ["T01", "size"] for line in listed)
    assert sum(line.startswith("P") for line in listed) >= 25
    assert sum(line.startswith("V") for line in listed) >= 18
    explained = qcheck("rule", "--all", cwd=folder).stdout
    assert explained.count("How to mend it:") == len(listed)
    assert "fail-above-bytes = 100" in explained
    assert qcheck("rule", "size", cwd=folder).stdout in explained
    assert qcheck("rule", "sise", cwd=folder).returncode == 2


def test_a_case_that_does_not_hold_is_shown(tmp_path: Path) -> None:
    rule = make_filled_in("no-hats", "portrait", tmp_path) / "no_hats.py"
    rule.write_text(rule.read_text("utf-8").replace("= 800", "= 900"), "utf-8")
    vouch(tmp_path)
    ran = qcheck("rule", "test", "no-hats", cwd=tmp_path)
    assert ran.returncode == 1
    assert "FAIL  a file that is fine, right at the limit (line 1)" in ran.stdout
    assert "pass is expected, it came out as warning: say what is wrong: 800 px" in ran.stdout
    assert "no-hats: 1 of 2 cases pass" in ran.stdout


def test_a_rule_that_crashes_fails_its_cases(tmp_path: Path) -> None:
    rule = make_filled_in("no-hats", "portrait", tmp_path) / "no_hats.py"
    rule.write_text(rule.read_text("utf-8").replace("face.region.side_px", "1 / 0"), "utf-8")
    vouch(tmp_path)
    ran = qcheck("rule", "test", "no-hats", cwd=tmp_path)
    assert ran.returncode == 1
    assert "ZeroDivisionError" in ran.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no [[case]]"),
        ("[[case]]\nexpect = 'pass'", "line 1: this case has no name"),
        ("[[case]]\nname = 'a'\nexpect = 'fine'", "expect must be one of"),
        ("[case", "not TOML"),
    ],
)
def test_cases_that_say_too_little_are_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "cases.toml").write_text(text)
    ran = qcheck("rule", "test", "face-resolution", "--cases", "cases.toml", cwd=tmp_path)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_case_for_a_probe_that_the_rule_does_not_ask_for_fails(tmp_path: Path) -> None:
    (tmp_path / "cases.toml").write_text(
        "[[case]]\nname = 'a'\nexpect = 'pass'\nevidence.Hum = { level_db = 3 }"
    )
    ran = qcheck("rule", "test", "face-resolution", "--cases", "cases.toml", cwd=tmp_path)
    assert ran.returncode == 1
    assert "face-resolution asks for no Hum" in ran.stdout


def test_the_cases_of_a_built_in_rule(tmp_path: Path) -> None:
    ran = qcheck("rule", "test", "P10", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "face-resolution: " in ran.stdout


def test_what_is_still_to_do_is_shown_line_by_line(tmp_path: Path) -> None:
    rule = make_filled_in("no-hats", "portrait", tmp_path) / "no_hats.py"
    rule.write_text(rule.read_text("utf-8").replace("it: what", "it: TODO: what"), "utf-8")
    vouch(tmp_path)
    ran = qcheck("rule", "test", "no-hats", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.splitlines() == [
        "TODO  qcheck_rules/no_hats.py, line 7: what the person who made the file can do about it.",
        "no-hats: not finished, 1 TODO left",
    ]


def test_a_name_that_is_no_command_is_explained_and_all_is_not_for_one(folder: Path) -> None:
    assert qcheck("rule", "explain", "size", cwd=folder).stdout == (
        qcheck("rule", "size", cwd=folder).stdout
    )
    ran = qcheck("rule", "size", "--all", cwd=folder)
    assert (ran.returncode, ran.stderr) == (2, "qcheck: name a rule, or give --all\n")
