"""JSON and TOML within bounds: as the parsers of Python read them, or refused in linear time."""

from __future__ import annotations

import json
import math
import tomllib
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core import bounded_parsing
from qcheck.core.bounded_parsing import NotParsed, load_json, load_toml

PLAIN = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**300), 10**300) | PLAIN,
    lambda inner: st.lists(inner) | st.dictionaries(PLAIN, inner),
    max_leaves=20,
)


def refusal(load: Any, text: str) -> str:
    with pytest.raises(NotParsed) as refused:
        load(text)
    return str(refused.value)


@given(VALUES)
def test_json_is_read_as_python_reads_it(value: Any) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        assert load_json(text) == json.loads(text) == value


@given(st.text(alphabet='"\\[]{},:1ae\n'))
def test_what_python_cannot_read_is_refused_and_nothing_else(text: str) -> None:
    try:
        wanted = json.loads(text)
    except ValueError:
        with pytest.raises(NotParsed):
            load_json(text)
    else:
        assert load_json(text) == wanted


def test_brackets_and_commas_in_strings_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_parsing, "MAX_DEPTH", 2)
    monkeypatch.setattr(bounded_parsing, "MAX_VALUES", 4)
    monkeypatch.setattr(bounded_parsing, "MAX_TOML_DEPTH", 2)
    assert load_json('["[[[[{{{{,,,,,,", "\\"[[[[,,,,"]') == ["[[[[{{{{,,,,,,", '"[[[[,,,,']
    assert load_toml('a = "[[[[,,,,\\"[[[" # [[[[ ,,,,\n')["a"] == '[[[[,,,,"[[['


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "its JSON is nested too deeply"),
        ('{"a":' * 100_000, "its JSON is nested too deeply"),
        ("[" * 501 + "]" * 501, "its JSON is nested too deeply: more than 500 levels"),
        ("[" + "[]," * 600_000 + "1]", "its JSON holds too much: more than 1,000,000 values"),
        ('["' + '[\\"' * 1_000_000, "it is no JSON: Unterminated string"),
        ('{"a": 1' + "1" * 100_000 + "}", "no reader has room for the number 1111111111…"),
        ("[1e999999]", "no reader has room for the number 1e999999"),
        ("[-1e999999]", "no reader has room for the number -1e999999"),
        ("[NaN]", "NaN is no JSON number"),
        ("[-Infinity]", "-Infinity is no JSON number"),
        (r'["\ud800"]', "half a character"),
        (r'{"\uDFFF": 1}', "half a character"),
        ("\ufeff[]", "it is no JSON"),
        ("", "it is no JSON: Expecting value at line 1, column 1"),
    ],
)
def test_json_that_no_reader_should_have_to_take_is_refused(text: str, says: str) -> None:
    assert says in refusal(load_json, text)


def test_a_character_in_two_halves_is_whole() -> None:
    assert load_json(r'["\ud83d\ude00"]') == ["\N{GRINNING FACE}"]
    assert load_json("[1e308, 0.1]") == [1e308, 0.1]
    assert math.isclose(load_json("[1.%s]" % ("1" * 1000))[0], 10 / 9)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a." * 10_000 + "a = 1", "a dotted key of more than 16 parts"),
        ("a . " * 10_000 + "a = 1", "a dotted key of more than 16 parts"),
        ('"a.b".' * 10_000 + "a = 1", "a dotted key of more than 16 parts"),
        ("'a'." * 10_000 + "a = 1", "a dotted key of more than 16 parts"),
        ("[" + "a." * 10_000 + "a]", "a dotted key of more than 16 parts"),
        ("x = {" + "a." * 10_000 + "a = 1}", "a dotted key of more than 16 parts"),
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("x = " + "{a = " * 5000, "nested too deeply"),
        ("a = 0x" + "f" * 5000, "more than 64 bits"),
        ("a = 1" + "1" * 5000, "its TOML cannot be used"),
        ("a = " + str(2**63), "more than 64 bits"),
        ("a = [[{b = " + str(-(2**63) - 1) + "}]]", "more than 64 bits"),
        ("a = 1\n" * 2, "it is not TOML: Cannot overwrite a value"),
        ("#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_toml_that_no_reader_should_have_to_take_is_refused(text: str, says: str) -> None:
    assert says in refusal(load_toml, text)


HIDING = st.sampled_from(
    [
        'k% = """a"""""',
        'k% = """""""',
        'k% = """a\\"""b"""',
        'k% = """\n"\n""\n"""',
        "k% = '''a'''''",
        "k% = '''\n'\n''\n'''",
        'k% = "a\\\\"',
        'k% = "\'"',
        "k% = '\"'",
        "k% = '\\'",
        'k% = "#"  # "',
        "k% = 1  # '''",
        'k% = ["a", \'b\', """c""", 1.5]',
        "k% = {a.b = 1.5, 'c' = \"d\"}",
        "[t%]",
        "[[t%.u]]",
        "",
    ]
)


@given(st.lists(HIDING, max_size=8), st.sampled_from(["a%s = 1", "[a%s]", "a = {a%s = 1}"]))
def test_no_string_and_no_comment_hides_a_long_key(lines: list[str], place: str) -> None:
    before = "\n".join(line.replace("%", str(i)) for i, line in enumerate(lines))
    assert tomllib.loads(before) == load_toml(before)
    text = f"{before}\n{place % ('.a' * 16)}\n"
    tomllib.loads(text)
    assert "a dotted key of more than 16 parts" in refusal(load_toml, text)


def test_a_key_of_twenty_kilobytes_takes_no_memory() -> None:
    tracemalloc.start()
    refusal(load_toml, "a." * 10_000 + "a = 1")
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_an_object_may_be_made_otherwise() -> None:
    def refuse(pairs: list[tuple[str, Any]]) -> Any:
        raise ValueError("no objects")

    assert refusal(lambda text: load_json(text, pairs=refuse), "{}").endswith("no objects")
