"""Texts cut for what speaks them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qcheck.jobs.texts import spoken_pieces

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
