"""Scripts for Dia, taken apart."""

from __future__ import annotations

import pytest

from qcheck.media.content import Text
from qcheck.probes.script import read_script
from qcheck.probes.text import Script


def read(script: str) -> Script:
    return read_script(Text(script))


def test_nonverbals_are_no_words_and_take_time() -> None:
    plain = read("[S1] Well, hello there.")
    laughing = read("[S1] Well, (laughs)  hello (Clears   throat) there.")
    assert (plain.spoken_words, laughing.spoken_words) == (3, 3)
    assert laughing.nonverbals == ("laughs", "clears throat")
    assert laughing.estimated_s == pytest.approx(plain.estimated_s + 1.8)


def test_the_pace_is_that_of_conversation() -> None:
    assert read("[S1] " + "word " * 196).estimated_s == pytest.approx(60)


def test_brackets_that_mean_nothing_are_kept_apart_once_each() -> None:
    script = read("[S1] Hello [pause] you [pause] there <b> (sighs).")
    assert script.stray == ("[pause]", "<", ">")
    assert script.nonverbals == ("sighs",)


@pytest.mark.parametrize(
    ("text", "foreign", "english"),
    [
        ("and that is what you would do with it", 0.0, (0.7, 1.0)),
        ("Das ist ja eine wirklich gute Sache", 0.0, (0.0, 0.1)),
        ("これはペンです", 1.0, (0.0, 0.0)),
        ("a café à la mode", 0.0, (0.0, 0.0)),
        ("", 0.0, (0.0, 0.0)),
    ],
)
def test_the_language_shows_in_letters_and_frequent_words(
    text: str, foreign: float, english: tuple[float, float]
) -> None:
    script = read(f"[S1] {text}")
    assert script.foreign_letters_share == foreign
    assert english[0] <= script.english_words_share <= english[1]
