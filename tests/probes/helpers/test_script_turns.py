"""Who says what in a script."""

from __future__ import annotations

import pytest

from qcheck.probes.helpers.script_turns import turns_of, without_speakers
from qcheck.probes.text import Turn


def test_a_script_is_cut_at_its_tags() -> None:
    script = "[S1] Hello.\nHow are you?\n\n[ s2 ] Fine. [S1] Good."
    assert turns_of(script) == (
        Turn("S1", "Hello.\nHow are you?", 1),
        Turn("S2", "Fine.", 4),
        Turn("S1", "Good.", 4),
    )


def test_what_stands_before_the_first_tag_has_no_speaker() -> None:
    assert turns_of("\nA title\n[S1] Hello.") == (Turn("", "A title", 1), Turn("S1", "Hello.", 3))


@pytest.mark.parametrize("script", ["", " \n"])
def test_an_empty_script_has_no_turn(script: str) -> None:
    assert turns_of(script) == ()


def test_other_brackets_are_no_speakers() -> None:
    assert turns_of("[S1] Hello [pause] you.") == (Turn("S1", "Hello [pause] you.", 1),)
    assert without_speakers("[S1] Hello [S] you.[S2]") == "  Hello [S] you. "
