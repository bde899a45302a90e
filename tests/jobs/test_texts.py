"""Texts cut for what speaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.jobs.texts import sentences_of, spoken_pieces
from qcheck.media.content import Text
from qcheck.probes.script import read_script

SENTENCES = st.lists(
    st.text("abcdefgh ,'", min_size=3, max_size=120).map(lambda t: f"{t.strip() or 'a'}."),
    min_size=1,
    max_size=30,
)


@given(SENTENCES)
def test_a_text_is_cut_between_sentences_and_nothing_of_it_is_lost(sentences: list[str]) -> None:
    text = " ".join(" ".join(sentence.split()) for sentence in sentences)
    chunks = spoken_pieces(text)
    assert " ".join(chunks) == text
    assert all(chunks)


def test_a_text_that_is_read_in_time_stays_one() -> None:
    assert spoken_pieces("Hello. How are you?") == ["Hello. How are you?"]
    assert spoken_pieces(" Hello. ") == ["Hello."]


@pytest.mark.parametrize(("sentences", "pieces"), [(4, 1), (8, 2), (16, 4)])
def test_a_long_text_is_cut_into_as_many_pieces_of_one_length_as_it_takes(
    sentences: int, pieces: int
) -> None:
    sentence = "We walked along the river until the sun went down behind the hills."
    seconds = read_script(Text(f"[S1] {sentence}")).estimated_s
    assert 18 / 4 > seconds > 18 / 5
    made = spoken_pieces(" ".join([sentence] * sentences))
    assert [each.count(".") for each in made] == [sentences // pieces] * pieces


def test_a_sentence_goes_where_most_of_it_falls() -> None:
    short, long = (
        "Yes, we did.",
        "We walked along the river until the sun went down" + ", on and on" * 9,
    )
    made = spoken_pieces(f"{long}. {short} {long}. {short}")
    assert [each.count(".") for each in made] == [2, 2]


def test_sentences_end_where_a_mark_and_a_space_stand() -> None:
    assert sentences_of("One. Two?  Three! Four… Five 3.5 m.") == [
        *("One.", "Two?", "Three!", "Four…", "Five 3.5 m."),
    ]
