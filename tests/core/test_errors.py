"""Faults in one line that can be printed, with the place that they come from."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import LeftProgram, place_below, place_of, printable, staying, told
from qcheck.core.terminal import escape_commands, finished

DEEP = """import json

def outer():
    inner()


def inner():
    json.loads("{")
"""


@pytest.fixture
def deep(tmp_path: Path) -> ModuleType:
    (tmp_path / "deep.py").write_text(DEEP)
    spec = importlib.util.spec_from_file_location("deep", tmp_path / "deep.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def raised(module: ModuleType) -> BaseException:
    with pytest.raises(ValueError, match="Expecting") as caught:
        module.outer()
    return caught.value


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("it is odd"), "ValueError: it is odd"),
        (ValueError("it is\n  odd\t, too "), "ValueError: it is odd , too"),
        (KeyError("a"), "KeyError: 'a'"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (SystemExit(0), "SystemExit: 0"),
    ],
)
def test_an_error_is_one_line_that_begins_with_its_kind(error: BaseException, line: str) -> None:
    assert told(error) == line


@given(st.text())
def test_an_error_is_one_line_whatever_it_says(text: str) -> None:
    assert len(f"{told(ValueError(text))}.".splitlines()) == 1


def test_the_place_is_the_innermost_line_of_their_own_code(deep: ModuleType) -> None:
    """Neither where it was called nor the library that it called in the end."""
    error, folder = raised(deep), Path(str(deep.__file__)).parent
    assert place_below(folder, error) == "deep.py, line 8"
    assert place_below(folder / "deep.py", error) == "deep.py, line 8"
    assert place_below(folder / "other.py", error) is None
    assert place_below(folder, ValueError("never raised")) is None


def test_a_function_is_where_it_stands_or_where_its_error_came_from(deep: ModuleType) -> None:
    assert place_of(deep.outer) == "deep.py, line 3"
    assert place_of(deep.outer, raised(deep)) == "deep.py, line 8"
    assert place_of(deep.inner, ValueError("never raised")) == "deep.py, line 7"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a picture.png", "a picture.png"),
        ("größer 照片 😀.png", "größer 照片 😀.png"),
        ("a\nb\t\x1b[31m.png", r"a\nb\t\x1b[31m.png"),
        ("\u202egnp.a", r"\u202egnp.a"),
        ("👩‍👩‍👧.png", "👩‍👩‍👧.png"),
        (os.fsdecode(b"\xff.png"), r"\xff.png"),
    ],
)
def test_a_name_is_shown_as_it_can_be_printed(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(st.binary())
def test_whatever_a_file_is_called_can_be_printed(name: bytes) -> None:
    shown = printable(name.decode("utf-8", "surrogateescape"))
    assert finished(shown + "|").removesuffix("|") in (shown, escape_commands(shown))
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize("name", ["\ud800.png", "a\ud800\udc80.png"])
def test_a_name_that_no_file_can_have_can_be_printed(name: str) -> None:
    """A payload may hold it: JSON writes half of a surrogate pair."""
    assert printable(name).startswith(name[:1] if name[0] == "a" else r"\ud800")


def test_bytes_of_a_name_are_read_where_the_locale_did_not() -> None:
    assert printable("größer.png".encode().decode("ascii", "surrogateescape")) == "größer.png"


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_a_name_that_can_be_printed_is_shown_as_it_is(name: str) -> None:
    assert printable(name) == name


def test_whoever_calls_goes_on_where_a_part_leaves_the_program() -> None:
    with pytest.raises(LeftProgram, match="a part of it left the program"), staying():
        sys.exit(0)
    with staying():
        pass
