"""Captions as the captioning app takes them."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from productions import ONE, SPOKEN, plan_of

from qcheck.core.errors import UsageFault
from qcheck.core.places import Span
from qcheck.jobs.plan_captions import _at, _caption_texts, captions_payload
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.voice import Speech

WITH_CAPTIONS = ONE.replace("captions = false", 'captions = "captions.srt"')


def test_captions_that_are_there_keep_their_times_and_lines(here: Path) -> None:
    Path("captions.srt").write_text(
        "1\n00:00:00,500 --> 00:00:02,000\nHello\nto you.\n\n"
        "2\n00:00:02,100 --> 00:00:03,000\nBye.\n"
    )
    payload = captions_payload(plan_of(WITH_CAPTIONS + "[caption-style]\nposition = 'top'\n"), {})
    assert payload == {
        "video_file": "talk-run/clip-001.mp4",
        "position": "top",
        "segments": [
            {"start": 0.5, "end": 2.0, "text": "Hello\nto you."},
            {"start": 2.1, "end": 3.0, "text": "Bye."},
        ],
    }


def test_captions_of_a_script_follow_the_speech_of_each_voice(here: Path) -> None:
    words = "There is nothing to set up. You open the curtain, sit down, and look into the lens."
    Path("script.txt").write_text(f"[S1] {words} [S2] {words}")
    plan = plan_of(SPOKEN)
    voices = {piece.voice: here / "voice.wav" for piece in plan.pieces}
    assert len(voices) == 2
    segments = captions_payload(plan, voices)["segments"]
    spans = Evidence(File("v.wav", (here / "voice.wav").read_bytes())).get(Speech).spans
    length_s = soundfile.info("voice.wav").duration
    half = len(segments) // 2
    first, second = segments[:half], segments[half:]
    assert " ".join(each["text"].replace("\n", " ") for each in first) == words
    for own, start_s in ((first, 0.0), (second, length_s)):
        assert own[0]["start"] == pytest.approx(start_s + spans[0].start_s, abs=0.002)
        assert own[-1]["end"] == pytest.approx(start_s + spans[-1].end_s, abs=0.002)
    assert all(a["end"] <= b["start"] + 0.002 for a, b in itertools.pairwise(segments))


def test_captions_that_cannot_be_read_are_refused(here: Path) -> None:
    plan = plan_of(WITH_CAPTIONS)
    Path("captions.srt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(UsageFault, match="the captions cannot be made"):
        captions_payload(plan, {})


def test_a_voice_that_is_not_there_yet_is_named(here: Path) -> None:
    shutil.copy("script.txt", "spoken.txt")
    plan = plan_of(SPOKEN.replace("script.txt", "spoken.txt"))
    with pytest.raises(UsageFault, match="the captions cannot be made"):
        captions_payload(plan, {})


WORDS = st.lists(st.text("abcdefg", min_size=1, max_size=12), min_size=1, max_size=60)


@given(WORDS)
def test_no_word_is_lost_and_no_caption_has_more_than_two_lines(words: list[str]) -> None:
    import textwrap

    text = " ".join(words) + "."
    parts = _caption_texts(text)
    assert " ".join(parts) == text
    for part in parts:
        assert len(textwrap.wrap(part, 42)) <= 2


def test_sounds_are_not_read_and_sentences_stay_apart() -> None:
    assert _caption_texts("Hello (laughs) there. How are  you?") == ["Hello there.", "How are you?"]
    assert _caption_texts("(sighs)") == []


def test_a_long_sentence_is_cut_into_parts_of_about_one_length() -> None:
    parts = _caption_texts(" ".join(["word"] * 27))
    assert len(parts) == 2
    assert abs(len(parts[0]) - len(parts[1])) <= 20


@pytest.mark.parametrize(
    ("spoken_s", "at_start", "at_end"),
    [(0.0, 1.0, 1.0), (1.0, 2.0, 2.0), (2.0, 5.0, 3.0), (3.0, 6.0, 6.0), (4.0, 7.0, 7.0)],
)
def test_between_two_stretches_of_speech_a_caption_begins_late_and_ends_early(
    spoken_s: float, at_start: float, at_end: float
) -> None:
    spans = [Span(1.0, 3.0), Span(5.0, 7.0)]
    assert _at(spans, spoken_s, at_start=True) == at_start
    assert _at(spans, spoken_s, at_start=False) == at_end
    assert _at(spans, 9.0, at_start=False) == 7.0
