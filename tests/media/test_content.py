"""Content as probes ask for it."""

from __future__ import annotations

import pytest

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import (
    Decoding,
    Recording,
    Text,
    picture_in,
    recording_in,
    text_in,
    video_in,
)


def test_a_probe_gets_the_content_that_it_asks_for() -> None:
    text = Text("hello")
    assert text_in(Decoding(text)) is text


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (picture_in, "the picture could not be decoded"),
        (recording_in, "the recording could not be decoded"),
        (video_in, "the video could not be decoded"),
    ],
)
def test_other_content_cannot_be_measured(ask: object, says: str) -> None:
    assert callable(ask)
    with pytest.raises(Unmeasurable, match=says):
        ask(Decoding(Text("hello")))


def test_a_recording_is_as_long_as_its_samples() -> None:
    import numpy as np

    recording = Recording(np.zeros((24_000, 2), np.float32), 48_000, "WAV", "PCM", 16, None, False)
    assert (recording.frames, recording.channels, recording.duration_s) == (24_000, 2, 0.5)
    assert recording_in(Decoding(recording)) is recording
