"""Tables into dataclasses, every key and type checked; and values in TOML's spelling."""

from __future__ import annotations

import datetime
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.core.typed import from_table, near, toml_value, typed


@dataclass(frozen=True)
class Table:
    fail_above_s: float
    speakers: int | None = None
    for_: str = "anybody"
    formats: tuple[str, ...] = ("WAV",)
    until: datetime.date | None = None
    preview: bool = False
    origin: Path | None = None


WHOLE: dict[str, Any] = {
    "fail-above-s": 3,
    "speakers": 2,
    "for": "somebody",
    "formats": ["MP3", "WAV"],
    "until": datetime.date(2026, 1, 31),
    "preview": True,
}
BUILT = Table(3.0, 2, "somebody", ("MP3", "WAV"), datetime.date(2026, 1, 31), True)


def test_every_key_is_a_field_in_kebab_case() -> None:
    built = from_table(Table, WHOLE, "q.toml")
    assert built == BUILT
    assert type(built.fail_above_s) is float


def test_what_is_left_out_has_its_default_or_is_missing() -> None:
    assert from_table(Table, {"fail-above-s": 1.5}, "q.toml") == Table(1.5)
    with pytest.raises(UsageFault, match=r"^q\.toml: fail-above-s is missing$"):
        from_table(Table, {"speakers": 2}, "q.toml")


def test_a_table_changes_what_it_names_of_a_base_and_nothing_else() -> None:
    assert from_table(Table, {"speakers": 7}, "q.toml", base=BUILT) == Table(
        3.0, 7, "somebody", ("MP3", "WAV"), datetime.date(2026, 1, 31), True
    )
    assert from_table(Table, {}, "q.toml", base=BUILT) == BUILT
    assert BUILT.speakers == 2


def test_a_key_that_is_read_elsewhere_is_passed_over() -> None:
    table = {"fail-above-s": 1, "formats": 3}
    assert from_table(Table, table, "q.toml", skip=("formats", "origin")) == Table(1.0)


@pytest.mark.parametrize("skip", [(), ("origin",)])
@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("speekers", "no such key; did you mean speakers?"),
        ("fail_above_s", "no such key; did you mean fail-above-s?"),
        ("for_", "no such key; did you mean for?"),
        ("xyzzy", "no such key"),
        ("origin", "no such key"),
    ],
)
def test_a_key_that_is_not_there_is_refused_by_its_place(
    key: str, says: str, skip: tuple[str, ...]
) -> None:
    """Also the one field that no configuration may set."""
    with pytest.raises(UsageFault) as refused:
        from_table(Table, {"fail-above-s": 1, key: 3}, "q.toml", skip=skip)
    assert str(refused.value).startswith(f"q.toml: {key}: {says}")


DAY = datetime.date(2026, 1, 31)
NOON = datetime.datetime(2026, 1, 31, 12)


@pytest.mark.parametrize(
    ("value", "wanted", "got"),
    [
        (3, int, 3),
        (3, float, 3.0),
        (3.5, float, 3.5),
        (math.inf, float, math.inf),
        ("3", str, "3"),
        (True, bool, True),
        (DAY, datetime.date, DAY),
        ([1, 2], tuple[float, ...], (1.0, 2.0)),
        ((), tuple[str, ...], ()),
        (3, int | None, 3),
        (3, float | None, 3.0),
        ("a", int | str, "a"),
        ([["a"], []], tuple[tuple[str, ...], ...], (("a",), ())),
    ],
)
def test_a_value_of_its_type_is_taken(value: object, wanted: object, got: object) -> None:
    made = typed(value, wanted, "here")
    assert (made, type(made)) == (got, type(got))


@pytest.mark.parametrize(
    ("value", "wanted", "says"),
    [
        (True, int, "here: a whole number is expected, not True"),
        (3.0, int, "here: a whole number is expected, not 3.0"),
        ("3", float, "here: a number is expected, not '3'"),
        (True, float, "here: a number is expected, not True"),
        (math.nan, float, "here: a number is expected, not nan"),
        (3, str, "here: text is expected, not 3"),
        (0, bool, "here: true or false is expected, not 0"),
        (NOON, datetime.date, "here: a date is expected, not datetime.datetime("),
        ("a", tuple[str, ...], "here: a list is expected, not 'a'"),
        ({}, tuple[str, ...], "here: a list is expected, not {}"),
        (["a", 1], tuple[str, ...], "here[1]: text is expected, not 1"),
        ([["a"], ["b", 1]], tuple[tuple[str, ...], ...], "here[1][1]: text is expected, not 1"),
        (None, int | None, "here: a whole number is expected, not None"),
        ([], int | str | None, "here: a whole number or text is expected, not []"),
    ],
)
def test_a_value_of_another_type_is_refused_by_its_place(
    value: object, wanted: object, says: str
) -> None:
    with pytest.raises(UsageFault) as refused:
        typed(value, wanted, "here")
    assert str(refused.value).startswith(says)


def test_a_hint_is_given_where_the_names_are_alike_only() -> None:
    assert near("speekers", ["speakers", "select"]) == "; did you mean speakers?"
    assert near("xyzzy", ["speakers", "select"]) == ""
    assert near("speakers", []) == ""


@pytest.mark.parametrize("value", [r"SH\d{3}", 'say "no"', r"it's \d", "a\tb\n", "plain", "größer"])
def test_text_is_shown_as_toml_spells_it(value: str) -> None:
    assert tomllib.loads(f"key = {toml_value(value)}") == {"key": value}


def test_a_pattern_is_shown_without_escapes_and_no_limit_in_words() -> None:
    assert toml_value(r"SH\d{3}") == r"'SH\d{3}'"
    assert toml_value("plain") == '"plain"'
    assert toml_value(None) == "no limit"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=9)
values = st.recursive(
    st.booleans() | st.integers(-(2**62), 2**62) | texts,
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


@given(values)
def test_what_is_shown_is_read_back(value: object) -> None:
    def lists(each: object) -> object:
        return [lists(item) for item in each] if isinstance(each, tuple) else each

    assert tomllib.loads(f"key = {toml_value(value)}") == {"key": lists(value)}


@given(st.floats(allow_nan=False))
def test_a_number_is_shown_to_six_digits(value: float) -> None:
    read = tomllib.loads(f"key = {toml_value(value)}")["key"]
    assert math.isclose(read, value, rel_tol=1e-5)
