"""A rule of somebody else that is not sound: told in one line with its place, before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.core.rule import Rule
from qcheck.engine.declarations import check_declaration
from qcheck.engine.registry import load_rules

RULE = '''"""Summary.

What it measures: this.

Why it matters: that.

How to mend it: so.
"""

from dataclasses import dataclass

from qcheck import Face, File, Judgement, Picture, passed, probe, rule


def measure(picture: Picture) -> "Mine":
    return Mine(1.0)


@probe(measure)
@dataclass(frozen=True)
class Mine:
    number: float


@dataclass(frozen=True)
class Limits:
    warn_above_s: float = 1.0


@rule("mine", code="TEAM01", medium="portrait", limits=Limits)
def mine(mine: Mine, limits: Limits) -> Judgement:
    return passed("Fine.")
'''
RULE_AT, PROBE_AT = "line 30: rule mine: ", "line 15: probe Mine: "


def loaded(folder: Path, text: str) -> Rule:
    path = folder / "ours.py"
    path.write_text(text, "utf-8")
    return load_rules((path,)).get("mine")


def test_a_sound_rule_is_loaded(tmp_path: Path) -> None:
    assert loaded(tmp_path, RULE).file == tmp_path / "ours.py"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("mine: Mine,", "mine,", RULE_AT + "mine has no annotation"),
        ("mine: Mine,", "mine: int,", RULE_AT + "mine is asked for as int, which is no probe"),
        ("mine: Mine,", 'mine: "Mien",', RULE_AT + "an annotation cannot be read: NameError"),
        ("mine: Mine,", 'mine: "Face | None",', "Face | None, which is no probe"),
        ("@probe(measure)\n", "", "mine is asked for as Mine, which is no probe"),
        (", limits=Limits", "", "Limits, which is no probe: @rule(…, limits=Limits)"),
        ("picture: Picture", "picture", PROBE_AT + "picture has no annotation"),
        ("picture: Picture", 'mine: "Mine"', PROBE_AT + "Mine is measured from itself"),
        ("picture: Picture", 'p: "Pictur"', PROBE_AT + "an annotation cannot be read"),
        ("@probe(measure)", '@probe("nowhere:at")', "what measures Mine: ModuleNotFoundError"),
        ("@probe(measure)", "@probe(max)", "probe Mine: a function is expected"),
        ("@probe(measure)", "@probe", "what measures it? @probe(measure) (ours.py, line 19)"),
        ("s: float = 1.0", "s: float", "limits: warn_above_s has no default (ours.py, line 30)"),
        ("s: float = 1.0", 's: float = "1"', "limits: warn_above_s: a number is expected"),
        ("s: float = 1.0", 's: "Float" = 1.0', "limits: NameError: name 'Float'"),
        ("s: float = 1.0", "s: dict = None", "warn_above_s: no configuration can give dict"),
        ("class Limits:\n", "class Limits:\n    words: tuple = ()\n", "can give tuple"),
        ("(frozen=True)\nclass Limits", "\nclass Limits", "limits must be frozen"),
        ("limits=Limits)", "limits=Limits())", "limits must be a dataclass, not Limits("),
        ("def mine", "class mine: pass\ndef _", "a function is expected, not <class"),
        ('"mine", code', '"face-resolution", code', "face_resolution.py"),
        ("@rule(", "(lambda **_: lambda f: f)(", "declares no rule"),
        (
            '    return passed("Fine.")',
            "    return (",
            "SyntaxError: '(' was never closed (ours.py,",
        ),
        (
            "@dataclass(frozen=True)\nclass L",
            "raise SystemExit(0)\nclass L",
            "SystemExit: 0 (ours.py, line",
        ),
        (
            "class Limits:",
            "class Limits(Unknown):",
            "name 'Unknown' is not defined (ours.py, line 26)",
        ),
    ],
)
def test_what_is_not_sound_is_one_line_with_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in RULE
    text = RULE.replace(old, new)
    if "lambda **_" in new:
        text = text.replace('("mine", code', "(code")
    with pytest.raises(UsageFault) as fault:
        loaded(tmp_path, text)
    assert says in str(fault.value)
    assert "ours.py" in str(fault.value) or "Mine: a function" in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("rule", load_rules().all, ids=lambda rule: rule.name)
def test_our_own_rules_are_sound(rule: Rule) -> None:
    check_declaration(rule)
