"""What follows from captions."""

from __future__ import annotations

import pytest

from qcheck.core.places import Span
from qcheck.probes.text import CaptionedSpeech, Captions, Cue


def test_a_cue_is_read_at_the_pace_of_its_characters() -> None:
    cue = Cue(1, 2.0, 4.0, ("Hello", "you."))
    assert (cue.seconds, cue.span, cue.characters) == (2.0, Span(2.0, 4.0), 9)
    assert cue.characters_per_s == 4.5


def test_what_is_shown_for_no_time_cannot_be_read() -> None:
    for end_s in (2.0, 1.0):
        assert Cue(1, 2.0, end_s, ("Hello",)).characters_per_s == float("inf")


def test_gaps_lie_between_neighbours_and_overlaps_are_negative() -> None:
    times = ((0.0, 1.0), (1.25, 3.0), (2.5, 4.0))
    cues = tuple(Cue(i, *pair, ("a",)) for i, pair in enumerate(times, 1))
    assert Captions(cues).gaps_s == pytest.approx((0.25, -0.5))
    assert Captions(cues[:1]).gaps_s == ()
    assert Captions(()).gaps_s == ()


def test_uncovered_speech_is_summed() -> None:
    found = CaptionedSpeech(None, (Span(0, 1.5), Span(3, 4)), (), 9.0)
    assert found.uncovered_s == 2.5
    assert CaptionedSpeech(None, (), (), 9.0).uncovered_s == 0
