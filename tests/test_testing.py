"""Cases as data: what they build, and what a typo in one is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from qcheck import Box, Face, Picture
from qcheck.core.errors import UsageFault
from qcheck.engine.registry import load_rules
from qcheck.testing import build_neutral, cases, cases_of

CASE = """
[[case]]
name = "it passes"
expect = "pass"
says = ["0.90 s"]
evidence.Pauses.inside = [{ start_s = 1, end_s = 1.9 }]
limits = { warn_above_s = 2 }
"""


def faults(folder: Path, text: str) -> list[str | None]:
    path = folder / "long-pause.toml"
    path.write_text(text, "utf-8")
    return [case.fault() for case in cases_of(load_rules().get("long-pause"), path)]


def test_a_sound_case_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, CASE) == [None]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Pauses", "Pause", "long-pause asks for no Pause; did you mean Pauses?"),
        ("inside", "insides", "evidence.Pauses: there is no insides; did you mean inside?"),
        ("start_s", "start", "evidence.Pauses.inside[0]: there is no start; did you mean start_s?"),
        ("1.9", "'x'", "evidence.Pauses.inside[0].end_s: a number is expected, not 'x'"),
        ("[{ start_s = 1, end_s = 1.9 }]", "3", "Pauses.inside: a list is expected, not 3"),
        (".inside = [{ start_s = 1, end_s = 1.9 }]", "= 3", "Pauses: a table is expected, not 3"),
        ("warn_above_s", "warn_abve_s", "warn-abve-s: no such key; did you mean warn-above-s?"),
        ("= 2 }", "= 'two' }", "warn-above-s: a number is expected, not 'two'"),
        ("= 2 }", "= nan }", "warn-above-s: a number is expected, not nan"),
        ('"pass"', '"error"', "error is expected, it came out as pass: "),
        ("0.90 s", "9 s", "no message holds '9 s': "),
        ("evidence.Pauses.inside = [{ start_s = 1, end_s = 1.9 }]", "", "gives no evidence.Pauses"),
        ("limits =", "job = { ap = '' }\nlimits =", "job: there is no ap; did you mean app?"),
        ("limits =", "file = { nme = '' }\nlimits =", "file: there is no nme; did you mean name?"),
        ("limits =", "file = { data = 'ŷ' }\nlimits =", "each character stands for a byte"),
    ],
)
def test_a_typo_in_a_case_is_called_by_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in CASE
    (fault,) = faults(tmp_path, CASE.replace(old, new))
    assert fault is not None
    assert says in fault
    assert "\n" not in fault


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[case]]", "[[cases]]", "there is no cases; did you mean case?"),
        ("[[case]]", "[case]", "a list of tables [[case]] is expected"),
        ('name = "it passes"', "", "line 2: this case has no name"),
        ('"pass"', '"passes"', "line 2: it passes: expect must be one of pass, info,"),
        ("limits", "limit", "line 2: it passes: there is no limit; did you mean limits?"),
        ("{ warn_above_s = 2 }", "2", "line 2: it passes: limits: a table is expected, not 2"),
        ('["0.90 s"]', '"0.90 s"', "line 2: it passes: says: a list is expected"),
        ('["0.90 s"]', "[1]", "line 2: it passes: says[0]: text is expected, not 1"),
    ],
)
def test_a_file_of_cases_that_says_something_else_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in CASE
    with pytest.raises(UsageFault) as fault:
        faults(tmp_path, CASE.replace(old, new))
    assert says in str(fault.value)
    assert str(tmp_path / "long-pause.toml") in str(fault.value)


def test_a_property_stands_in_for_the_array_that_it_is_worked_out_from() -> None:
    picture = build_neutral(Picture, {"width_px": 800, "height_px": 1000}, "")
    assert isinstance(picture, Picture)
    assert (picture.width_px, picture.height_px, picture.frames) == (800, 1000, 0)
    assert build_neutral(Face, {"left_eye_px": [3, 4]}, "").left_eye_px == (3, 4)


@dataclass(frozen=True)
class Wide(Box):
    """A measurement that is made from another, with a property that nobody annotated."""

    certainty: float

    @property
    def sure(self):  # as a plugin's author may write it
        return self.certainty > 0.5


def test_fields_may_be_inherited_and_properties_bare() -> None:
    wide = build_neutral(Wide, {"right_px": 3, "certainty": 0.1, "sure": True}, "")
    assert (wide.width_px, wide.certainty, wide.sure) == (3, 0.1, True)


def test_what_is_left_out_is_neutral_down_to_the_box() -> None:
    assert build_neutral(Face, {}, "").region.side_px == 0


RULE = '''"""A rule about TODO lists.{summary}

What it measures: words that say TODO.

Why it matters: It is a test.

How to mend it: Change the file.
"""
from dataclasses import dataclass
from qcheck import File, Judgement, passed, rule

# TODO: what stands between the parts of the rule is its author's own.

@dataclass(frozen=True)
class Limits:
    most_px: int = 1{limits}

@rule("to-do", code="T01", medium="portrait", limits=Limits)
def to_do(file: File, limits: Limits) -> Judgement:
    return passed("It says{says} {{measured}}.", measured=file.name)
'''
CASES = """[[case]]{comment}
name = "{name}a list"
expect = "pass"
file = {{ name = "TODO: a name that a rule may judge" }}
"""


@pytest.mark.parametrize(
    ("marks", "where"),
    [
        ({"summary": " TODO: one"}, ("our_rules.py", 1)),
        ({"limits": "  # TODO: one"}, ("our_rules.py", 16)),
        ({"says": " TODO: one"}, ("our_rules.py", 20)),
        ({"comment": " # TODO: one"}, ("to-do.toml", 1)),
        ({"name": "TODO: one "}, ("to-do.toml", 2)),
    ],
)
def test_what_is_still_to_do_is_refused_by_its_line(
    tmp_path: Path, marks: dict[str, str], where: tuple[str, int]
) -> None:
    none = dict.fromkeys(("summary", "limits", "says", "comment", "name"), "")
    (tmp_path / "to-do.toml").write_text(CASES.format(**none | marks))
    (tmp_path / "our_rules.py").write_text(RULE.format(**none | marks))
    with pytest.raises(UsageFault) as fault:
        cases(tmp_path / "our_rules.py", tmp_path / "to-do.toml")
    file, line = where
    assert str(fault.value).startswith(f"{tmp_path / file}, line {line}: still to do: one")
    assert str(fault.value).count("\n") == 0


def test_the_word_itself_is_no_mark(tmp_path: Path) -> None:
    none = dict.fromkeys(("summary", "limits", "says", "comment", "name"), "")
    (tmp_path / "to-do.toml").write_text(CASES.format(**none))
    (tmp_path / "our_rules.py").write_text(RULE.format(**none))
    (case,) = cases(tmp_path / "our_rules.py", tmp_path / "to-do.toml")
    case.check()


def test_the_first_of_several_is_named_and_the_others_counted(tmp_path: Path) -> None:
    marks = dict.fromkeys(("summary", "limits", "says", "comment", "name"), " # TODO: this")
    (tmp_path / "to-do.toml").write_text(CASES.format(**marks))
    (tmp_path / "our_rules.py").write_text(RULE.format(**marks))
    with pytest.raises(UsageFault, match=r"line 1: still to do: this \(4 more\)$"):
        cases(tmp_path / "our_rules.py", tmp_path / "to-do.toml")
