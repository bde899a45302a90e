"""Bytes into text, or the reason why they are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.media.content import Text, Undecodable
from qcheck.media.file import File
from qcheck.media.text import decode_text


def text_of(data: bytes, medium: str = "script") -> str:
    content = decode_text(File("a", data, role=medium)).content
    assert isinstance(content, Text)
    return content.text


def refusal(data: bytes, medium: str) -> str:
    with pytest.raises(Undecodable) as refused:
        decode_text(File("a", data, role=medium))
    return str(refused.value)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff")))
def test_every_encoding_gives_the_same_text(text: str) -> None:
    for data in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16")):
        assert text_of(data) == text


def test_line_ends_are_alike() -> None:
    assert text_of(b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "medium", "says"),
    [
        (b"a\nb\n\xff", "script", "line 3 has other bytes"),
        (b"a\0b", "script", "zero bytes"),
        (b"x" * 10_000_001, "script", "larger than 10 MB"),
        (b"x" * 64_000_001, "payload", "larger than 64 MB"),
        (b"{", "payload", "line 1, column 2"),
        (b'{"a": 1, "a": 2}', "payload", "the key 'a' stands in it twice"),
        (b'{"a": NaN}', "payload", "NaN is no JSON number"),
        (b"[" * 100_000, "payload", "nested too deeply"),
        (b"[{", "captions", "it is no JSON"),
        (b"a = ", "plan", "it is not TOML"),
        (b"hello\n", "captions", "line 1: a caption without a time"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(data: bytes, medium: str, says: str) -> None:
    assert says in refusal(data, medium)


def test_words_of_a_script_are_not_read_as_anything_else() -> None:
    assert text_of(b"{ [S1]") == "{ [S1]"
