"""Captions of every kind, and against speech whose place is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from qcheck.core.places import Span
from qcheck.core.probe import Inapplicable
from qcheck.media.content import Text
from qcheck.media.file import File
from qcheck.probes.captions import _uncovered, hear_beside, read_captions
from qcheck.probes.evidence import Beside, Evidence
from qcheck.probes.text import CaptionedSpeech, Captions, Cue
from qcheck.probes.voice import Duration, Speech, VoiceActivity

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> &amp; welcome.
Two lines.

2
01:00:03,250 --> 01:00:04,000
{\\an8}Bye.
"""
VTT = """WEBVTT

intro
00:01.000 --> 00:02.500 align:start
<v Speaker>Hello &amp; welcome.
Two lines.

01:00:03.250 --> 01:00:04.000
Bye.
"""
SEGMENTS = """[
  {"start": 1.0, "end": 2.5, "text": "Hello & welcome.\\nTwo lines."},
  {"start": 3603.25, "end": 3604, "text": "Bye."}
]"""


@pytest.mark.parametrize("text", [SRT, VTT], ids=["SRT", "WebVTT"])
def test_times_and_words_are_the_same_in_every_kind(text: str) -> None:
    assert read_captions(Text(text)).cues == (
        Cue(1, 1.0, 2.5, ("Hello & welcome.", "Two lines.")),
        Cue(2, 3603.25, 3604.0, ("Bye.",)),
    )


@pytest.mark.parametrize("text", [SEGMENTS, f'{{"segments": {SEGMENTS}}}'])
def test_segments_are_captions(text: str) -> None:
    cues = read_captions(Text(text)).cues
    assert [(cue.start_s, cue.end_s) for cue in cues] == [(1.0, 2.5), (3603.25, 3604.0)]
    assert " ".join(cues[0].lines) == "Hello & welcome. Two lines."


SPOKEN = (Span(1.0, 3.0), Span(4.0, 5.0), Span(7.0, 9.0))
LENGTH_S = 10.0


def voice() -> Evidence:
    """A recording in which somebody speaks at :data:`SPOKEN`."""
    middles = (np.arange(round(LENGTH_S / VoiceActivity.HOP_S)) + 0.5) * VoiceActivity.HOP_S
    heard = np.zeros(len(middles), np.float32)
    for span in SPOKEN:
        heard[(middles >= span.start_s) & (middles < span.end_s)] = 1
    known = {
        Speech: Speech(SPOKEN, LENGTH_S),
        Duration: Duration(LENGTH_S),
        VoiceActivity: VoiceActivity(heard),
    }
    return Evidence(File("voice", b""), known=known)


def captioned(*spans: Span) -> CaptionedSpeech:
    cues = tuple(
        Cue(number, span.start_s, span.end_s, ("words",)) for number, span in enumerate(spans, 1)
    )
    return hear_beside(Captions(cues), Beside(voice()))


def test_captions_in_step_with_the_words_miss_nothing() -> None:
    found = captioned(*SPOKEN)
    assert found.offset_s == pytest.approx(0.0, abs=0.1)
    assert (found.uncovered, found.silent_cues, found.recording_s) == ((), (), LENGTH_S)


@pytest.mark.parametrize("offset_s", [-0.8, 0.5, 0.9])
def test_a_shift_of_all_captions_is_measured_and_nothing_else_is_blamed(offset_s: float) -> None:
    found = captioned(*(Span(s.start_s + offset_s, s.end_s + offset_s) for s in SPOKEN))
    assert found.offset_s == pytest.approx(offset_s, abs=0.1)
    assert (found.uncovered, found.silent_cues) == ((), ())


def test_speech_without_a_caption_is_named() -> None:
    found = captioned(SPOKEN[0], SPOKEN[1])
    (left_out,) = found.uncovered
    assert dataclasses.astuple(left_out) == pytest.approx((7.0, 9.0), abs=0.3)
    assert found.uncovered_s == left_out.seconds


def test_a_caption_while_nobody_speaks_is_named() -> None:
    assert captioned(SPOKEN[0], SPOKEN[1], Span(5.6, 6.4), SPOKEN[2]).silent_cues == (3,)


def test_without_a_recording_there_is_nothing_to_compare() -> None:
    with pytest.raises(Inapplicable, match="no "):
        hear_beside(Captions(()), Beside(None))


def test_captions_by_the_ten_thousand_are_compared_in_their_order() -> None:
    spans = tuple(Span(3.0 * i, 3.0 * i + 2) for i in range(5000))
    every_other = tuple(Cue(i, 6.0 * i, 6.0 * i + 2, ("x",)) for i in range(2500))
    cues = [(cue.start_s, cue.end_s) for cue in every_other]
    # One that lies over all of them, and thousands that are over before anybody speaks.
    early = [(-9.0, -8.0)] * 50_000
    speech = Speech(spans=spans, duration_s=15_000.0)
    assert list(_uncovered(speech, [*early, *cues])) == list(spans[1::2])
    assert list(_uncovered(speech, sorted([(0.0, 1e9), *early, *cues]))) == []
