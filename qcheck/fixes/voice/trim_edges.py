"""Trims long silence before the first and after the last word, with a short fade at the cut.

A quarter of a second stays before, half a second after. What is nearly as loud as the speech is not
silence, whoever makes it, and is never cut off.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from qcheck.core.places import Span
from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import decibels, pooled
from qcheck.probes.voice import Levels, Pauses, Speech

_KEEP_BEFORE_S = 0.25
_KEEP_AFTER_S = 0.5
# A fade this long has no edge that is heard as a click, and ends before the first word.
_FADE_S = 0.01
# Syllables of one talker lie within 15 dB (the loudness rule's own spread of speech); what reaches
# that in an edge is a word that the detector missed, or a laugh.
_AS_LOUD_AS_SPEECH_DB = -15.0
_POOLED = 5


@fix("trim", medium="voice", turn=60, answers=("edge-silence",))
def trim_edges(
    recording: Recording, pauses: Pauses, speech: Speech, levels: Levels, wish: Wish
) -> Repaired | None:
    """Trim silence before the first and after the last word."""
    longest_s = wish.limit("edge-silence", "warn_above_s")
    loud = _loud_stretches(levels, speech)
    first_s, last_s = pauses.before.end_s, pauses.after.start_s
    for stretch in loud:
        first_s, last_s = min(first_s, stretch.start_s), max(last_s, stretch.end_s)
    start_s, end_s = 0.0, recording.duration_s
    if pauses.before.seconds > longest_s:
        start_s = max(0.0, first_s - min(_KEEP_BEFORE_S, longest_s))
    if pauses.after.seconds > longest_s:
        end_s = min(end_s, last_s + min(_KEEP_AFTER_S, longest_s))
    start, end = round(start_s * recording.rate_hz), round(end_s * recording.rate_hz)
    if start == 0 and end >= recording.frames:
        return None
    samples = recording.samples[start:end].copy()
    fade = round(_FADE_S * recording.rate_hz)
    rising = ((1 - np.cos(np.pi * (np.arange(fade) + 0.5) / fade)) / 2).astype(np.float32)[:, None]
    if start > 0:
        samples[:fade] *= rising
    if end < recording.frames:
        samples[-fade:] *= rising[::-1]
    if recording.bits_per_sample is not None and recording.bits_per_sample <= 16:
        # Whole steps, as the rest is: for two fades of nearly nothing no file needs 24 bits.
        samples[:fade], samples[-fade:] = (
            _whole(part) for part in (samples[:fade], samples[-fade:])
        )
    return Repaired(
        (dataclasses.replace(recording, samples=samples),),
        f"trimmed {start / recording.rate_hz:.2f} s before the first and "
        f"{(recording.frames - end) / recording.rate_hz:.2f} s after the last word, "
        f"{recording.duration_s:.2f} to {len(samples) / recording.rate_hz:.2f} s",
    )


def _whole(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    steps: NDArray[np.float32] = np.ldexp(np.rint(np.ldexp(samples, 15)), -15)
    return steps


def _loud_stretches(levels: Levels, speech: Speech) -> list[Span]:
    """Where it is nearly as loud as the speech, in steps of 50 ms."""
    level = decibels(pooled(levels.power, _POOLED))
    step_s = _POOLED * Levels.HOP_S
    middles = (np.arange(len(level)) + 0.5) * step_s
    spoken = np.zeros(len(level), bool)
    for span in speech.spans:
        spoken |= (middles >= span.start_s) & (middles <= span.end_s)
    if not spoken.any():
        return []
    usual = decibels(float(np.mean(10 ** (level[spoken] / 10))))
    loud = np.flatnonzero(level > usual + _AS_LOUD_AS_SPEECH_DB)
    return [Span(float(i * step_s), float((i + 1) * step_s)) for i in loud]
