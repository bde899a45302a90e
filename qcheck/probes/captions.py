"""Captions: read from SRT, WebVTT or the segments of caption-videos, and held against the voice."""

from __future__ import annotations

import bisect
import html
import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.core.bounded_parsing import load_json
from qcheck.core.places import Span
from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.media.content import Text
from qcheck.probes.evidence import Beside
from qcheck.probes.text import CaptionedSpeech, Captions, Cue
from qcheck.probes.voice import Duration, Speech, VoiceActivity

__all__ = ["hear_beside", "read_captions"]

_TAG = re.compile(r"</?[^<>\n]{0,80}>|\{\\[^{}\n]{0,80}\}")


def read_captions(text: Text) -> Captions:
    """Read the cues. Raises :class:`Unmeasurable` where ``readable`` says why."""
    if text.text.lstrip()[:1] in ("[", "{"):
        return Captions(tuple(_segments(text.text)))
    import webvtt

    kind = "vtt" if text.text.startswith("WEBVTT") else "srt"
    try:
        found = webvtt.from_buffer(io.StringIO(text.text.strip("\n") + "\n"), format=kind)
    except webvtt.errors.MalformedFileError as error:
        raise Unmeasurable(f"the captions cannot be read: {error}") from error
    cues: list[Any] = found.captions
    return Captions(
        tuple(
            Cue(i, _seconds(cue.start), _seconds(cue.end), tuple(_shown(cue.raw_text)))
            for i, cue in enumerate(cues, 1)
        )
    )


def _seconds(stamp: str) -> float:
    parts = [float(part) for part in stamp.replace(",", ".").split(":")]
    return float(sum(part * 60**i for i, part in enumerate(reversed(parts))))


def _shown(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if shown := html.unescape(_TAG.sub("", line)).strip():
            yield shown


def _segments(text: str) -> Iterator[Cue]:
    """The list that caption-videos takes, alone or as ``segments`` of a payload."""
    found = load_json(text)
    if isinstance(found, dict):
        found = found.get("segments")
    if not isinstance(found, list):
        raise Unmeasurable("the captions are no list of segments")
    for i, segment in enumerate(found, 1):
        try:
            start_s, end_s = float(segment["start"]), float(segment["end"])
            lines = str(segment["text"]).split("\n")
        except (TypeError, KeyError, ValueError, OverflowError) as error:
            raise Unmeasurable(f"segment {i} has no start, end and text") from error
        yield Cue(i, start_s, end_s, tuple(line.strip() for line in lines if line.strip()))


# A caption may come this much before the word and stay this much after it (BBC Subtitle
# Guidelines, synchronisation; EBU-TT practice allows about half a second).
_LEEWAY_S = 0.3
_SHORTEST_UNCOVERED_S = 0.5
# Longer shifts are other captions, not late ones.
_LARGEST_OFFSET_S = 8.0
# Below this agreement, captions and speech have nothing to do with each other.
_LEAST_AGREEMENT = 0.45
_HOP_S = VoiceActivity.HOP_S


def hear_beside(captions: Captions, beside: Beside) -> CaptionedSpeech:
    """Compare cues with speech.

    Raises :class:`Inapplicable` where no recording was given, :class:`Unmeasurable` where its
    speech cannot be told.
    """
    if beside.voice is None:
        raise Inapplicable("no recording was given beside the captions")
    speech = beside.voice.get(Speech)
    activity = beside.voice.get(VoiceActivity)
    offset_s = _offset_s(captions, activity.probability)
    cues = sorted((cue.start_s, cue.end_s) for cue in captions.cues)
    shift_s = offset_s or 0.0
    # Spans follow each other: the first that ends after a cue begins is the one to look at.
    ends = [span.end_s for span in speech.spans]
    silent = []
    for cue in captions.cues:
        after = bisect.bisect_right(ends, cue.start_s - shift_s)
        if after == len(ends) or speech.spans[after].start_s >= cue.end_s - shift_s:
            silent.append(cue.number)
    return CaptionedSpeech(
        offset_s=offset_s,
        # A shift is one cause; what is uncovered because of it is no second one.
        uncovered=tuple(_uncovered(speech, [(a - shift_s, b - shift_s) for a, b in cues])),
        silent_cues=tuple(silent),
        recording_s=beside.voice.get(Duration).duration_s,
    )


def _uncovered(speech: Speech, cues: list[tuple[float, float]]) -> Iterator[Span]:
    covered = list(_joined(cues))
    first = 0
    for span in speech.spans:
        at = span.start_s
        # What ended before this span began is of no use to a later one either.
        while first < len(covered) and covered[first][1] + _LEEWAY_S <= at:
            first += 1
        for start_s, end_s in itertools.islice(covered, first, None):
            if end_s + _LEEWAY_S <= at:
                continue
            if start_s - _LEEWAY_S >= span.end_s:
                break
            if start_s - _LEEWAY_S - at >= _SHORTEST_UNCOVERED_S:
                yield Span(at, start_s)
            at = max(at, end_s + _LEEWAY_S)
        if span.end_s - at >= _SHORTEST_UNCOVERED_S:
            yield Span(at, span.end_s)


def _joined(cues: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The cues, which are in the order of their starts, with those made one that touch."""
    joined: tuple[float, float] | None = None
    for start_s, end_s in cues:
        if joined is not None and start_s - _LEEWAY_S <= joined[1] + _LEEWAY_S:
            joined = joined[0], max(joined[1], end_s)
            continue
        if joined is not None:
            yield joined
        joined = start_s, end_s
    if joined is not None:
        yield joined


def _offset_s(captions: Captions, probability: NDArray[np.float32]) -> float | None:
    """The shift at which captions and speech agree best; None where none stands out."""
    reach = round(_LARGEST_OFFSET_S / _HOP_S)
    length = len(probability)
    if not captions.cues or length < 2:
        return None
    # How many cues begin and end in each hop: their sum says how many are shown.
    steps = np.zeros(length + 2 * reach + 1)
    for cue in captions.cues:
        start = min(max(round(cue.start_s / _HOP_S) + reach, 0), len(steps) - 1)
        steps[start] += 1
        steps[min(max(round(cue.end_s / _HOP_S) + reach, start), len(steps) - 1)] -= 1
    shown = (np.cumsum(steps)[:-1] > 0).astype(np.float64)
    heard = probability.astype(np.float64) - probability.mean()
    # Correlation coefficient of speech and of captions moved back by every shift.
    agreement = np.full(2 * reach + 1, -1.0)
    for shift in range(-reach, reach + 1):
        moved = shown[reach + shift : reach + shift + length]
        centred = moved - moved.mean()
        scale = float(np.sqrt((centred**2).sum() * (heard**2).sum()))
        if scale > 0:
            agreement[shift + reach] = float((centred * heard).sum()) / scale
    best = int(np.argmax(agreement))
    if agreement[best] < _LEAST_AGREEMENT:
        return None
    return (best - reach) * _HOP_S
