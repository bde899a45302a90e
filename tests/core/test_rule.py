"""How a rule is declared, and what is refused at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.judging import passed
from qcheck.core.media import MEDIA
from qcheck.core.results import Judgement, Severity
from qcheck.core.rule import (
    CODE,
    NAME,
    Docs,
    Length,
    NoLimits,
    Rule,
    RuleStatus,
    declared_rule,
    rule,
)


@dataclass(frozen=True)
class Limits:
    fail_above_s: float = 30.0
    warn_above_s: float = 15.0


HEADINGS = dict(Docs.SECTIONS)
DOCSTRING = "\n\n".join(
    ["It is too long.", *(f"{heading} about {name}." for name, heading in HEADINGS.items())]
)


def judges(limits: Limits) -> Judgement:
    return passed("Fine.")


def declared(function: Any = judges, **changes: Any) -> Rule:
    """What is declared with everything as it should be but for ``changes``."""
    given = {"name": "too-long", "code": "T01", "medium": "voice", "limits": Limits, **changes}
    made = declared_rule(rule(given.pop("name"), **given)(function))
    assert made is not None
    return made


@pytest.fixture(autouse=True)
def _documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module that these rules stand in owes its users what every rule's module does."""
    monkeypatch.setitem(globals(), "__doc__", DOCSTRING)


def test_a_declared_function_stays_a_function_and_carries_its_rule() -> None:
    decorated = rule("too-long", code="T01", medium="voice", limits=Limits)(judges)
    assert decorated is judges
    made = declared_rule(judges)
    assert made is not None
    assert (made.name, made.code, made.media) == ("too-long", "T01", ("voice",))
    assert (made.limits, made.function, made.status) == (Limits, judges, RuleStatus.STABLE)
    assert (made.length, made.frames_at_most, made.needs_files) == (None, Severity.ERROR, False)
    assert (made.origin, made.file) == (__name__, Path(__file__))
    assert made.docs == Docs.parse(DOCSTRING)


def test_what_is_special_about_a_rule_is_declared() -> None:
    length = Length("fail_above_s", "warn_above_s")
    made = declared(
        medium=("portrait", "video"),
        length=length,
        frames_at_most=Severity.WARNING,
        needs_files=True,
        status=RuleStatus.PREVIEW,
    )
    assert made.media == ("portrait", "video")
    assert (made.length, made.frames_at_most) == (length, Severity.WARNING)
    assert (made.needs_files, made.status) == (True, RuleStatus.PREVIEW)


@pytest.mark.parametrize(
    ("media", "judges_frames"),
    [
        (("portrait", "video"), True),
        (("portrait", "video", "picture"), True),
        (("portrait",), False),
        (("video",), False),
        (("voice", "video"), False),
        (MEDIA, False),
    ],
)
def test_a_rule_for_portraits_and_videos_is_asked_frame_by_frame(
    media: tuple[str, ...], judges_frames: bool
) -> None:
    """One for every medium judges the file, not what is to be seen in it."""
    assert declared(medium=media).judges_frames is judges_frames


@dataclass
class Mutable:
    fail_above_s: float = 1.0


@dataclass(frozen=True)
class WithoutDefault:
    fail_above_s: float


class Plain:
    fail_above_s: float = 1.0


@dataclass(frozen=True)
class WithFactory:
    words: tuple[str, ...] = field(default_factory=tuple)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Too-long"}, "rule name 'Too-long' is not kebab-case"),
        ({"name": "too_long"}, "not kebab-case"),
        ({"name": "too-long-"}, "not kebab-case"),
        ({"name": "too--long"}, "not kebab-case"),
        ({"name": "2-long"}, "not kebab-case"),
        ({"name": "too-long\n"}, "not kebab-case"),
        ({"name": ""}, "not kebab-case"),
        ({"code": "t01"}, "rule too-long: code 't01' is not letters followed by digits"),
        ({"code": "T1"}, "is not letters followed by digits"),
        ({"code": "T12345"}, "is not letters followed by digits"),
        ({"code": "ABCDEFGHI01"}, "is not letters followed by digits"),
        ({"code": "01"}, "is not letters followed by digits"),
        ({"code": "T01A"}, "is not letters followed by digits"),
        ({"medium": "hologram"}, "rule too-long: unknown medium hologram"),
        ({"medium": ("voice", "song", "hologram")}, "unknown medium hologram, song"),
        ({"limits": Limits()}, "limits must be a dataclass, not Limits"),
        ({"limits": Plain}, "limits must be a dataclass, not <class"),
        ({"limits": Mutable}, "limits must be frozen"),
        ({"limits": WithoutDefault}, "limits: fail_above_s has no default"),
        ({"length": Length("fail_above")}, "length: there is no limit fail_above$"),
        ({"length": Length("fail_above_s", "best_s")}, "length: there is no limit best_s"),
        ({"limits": NoLimits, "length": Length("fail_above_s")}, "no limit fail_above_s"),
        ({"function": Limits}, "^rule too-long: a function is expected, not <class"),
        ({"function": max}, "^rule too-long: a function is expected, not <built-in"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        declared(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a"},
        {"name": "mp4-v2"},
        {"code": "ABCDEFGH1234"},
        {"limits": WithFactory},
        {"limits": NoLimits},
        {"length": Length("fail_above_s")},
        {"medium": MEDIA},
    ],
)
def test_what_can_be_meant_is_taken(changes: dict[str, Any]) -> None:
    assert declared(**changes).function is judges


@pytest.mark.parametrize("missing", ["summary", "measures", "why", "mend"])
def test_a_rule_owes_its_users_its_documentation(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = DOCSTRING.replace("It is too long.", "") if missing == "summary" else DOCSTRING
    docs = docs.replace(f" about {missing}.", "")
    monkeypatch.setitem(globals(), "__doc__", docs)
    with pytest.raises(ValueError, match="rule too-long: its docstring needs a summary"):
        declared()


def test_references_are_welcome_and_not_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "__doc__", DOCSTRING.partition(HEADINGS["references"])[0])
    assert declared().docs.references == ""


def test_a_function_may_say_what_its_module_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def documented(limits: Limits) -> Judgement:
        return passed("Fine.")

    documented.__doc__ = DOCSTRING
    monkeypatch.setitem(globals(), "__doc__", None)
    assert declared(documented).docs.summary == "It is too long."
    with pytest.raises(ValueError, match="its docstring needs"):
        declared(judges)


def test_documentation_is_split_at_its_headings() -> None:
    docs = Docs.parse(
        f"""Summary, over
        two lines.

        {HEADINGS["measures"]} this,
        and that.

        {HEADINGS["why"]}
        Because.

        It matters twice.
        {HEADINGS["mend"]} so.
        """
    )
    assert docs == Docs(
        summary="Summary, over\ntwo lines.",
        measures="this,\nand that.",
        why="Because.\n\nIt matters twice.",
        mend="so.",
        references="",
    )


words = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=9)


@given(st.fixed_dictionaries({each.name: words for each in dataclasses.fields(Docs)}))
def test_every_section_is_read_back(texts: dict[str, str]) -> None:
    sections = [f"{heading} {texts[name]}" for name, heading in HEADINGS.items()]
    docs = Docs.parse("\n\n".join([texts["summary"], *sections]))
    assert dataclasses.asdict(docs) == texts


@given(st.from_regex(NAME, fullmatch=True), st.from_regex(CODE, fullmatch=True))
def test_no_name_can_be_taken_for_a_code(name: str, code: str) -> None:
    """Selectors take either, and codes in any case."""
    assert CODE.fullmatch(name) is None
    assert NAME.fullmatch(code) is None


@pytest.mark.parametrize(
    "value", [None, 3, judges.__code__, type("Odd", (), {"__qcheck_rule__": 3})]
)
def test_what_declares_no_rule_is_none(value: object) -> None:
    assert declared_rule(value) is None
