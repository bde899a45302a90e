"""What follows from where somebody speaks."""

from __future__ import annotations

import pytest

from qcheck.core.places import Span
from qcheck.probes.voice import Pauses, Speech, Voices


def test_speech_is_counted_in_seconds_and_as_a_share() -> None:
    speech = Speech((Span(1, 2), Span(4, 6.5)), 10.0)
    assert (speech.speech_s, speech.share) == (3.5, pytest.approx(0.35))
    assert Speech((), 10.0).speech_s == 0


def test_the_longest_pause_lies_inside() -> None:
    inside = (Span(2, 2.5), Span(4, 5.25))
    assert Pauses(Span(0, 3), inside, Span(9, 12)).longest_s == 1.25
    assert Pauses(Span(0, 3), (), Span(9, 12)).longest_s == 0


@pytest.mark.parametrize(("likelihood", "count"), [(0.49, 1), (0.5, 2)])
def test_two_voices_are_two_from_a_half_on(likelihood: float, count: int) -> None:
    assert Voices(likelihood, (), 9.0).count == count
