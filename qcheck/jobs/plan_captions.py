"""Captions of a production, as the captioning app takes them."""

from __future__ import annotations

import itertools
import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.core.places import Span
from qcheck.core.probe import Unmeasurable
from qcheck.jobs.measuring import measure
from qcheck.jobs.plan import Plan
from qcheck.jobs.stages import CaptionedStage
from qcheck.jobs.texts import sentences_of
from qcheck.probes.text import Captions
from qcheck.probes.voice import Duration, Speech

__all__ = ["captions_payload"]

_LINE_CHARACTERS = 42
_LINES = 2


def captions_payload(plan: Plan, voices: Mapping[Path, Path]) -> dict[str, Any]:
    """What the caption app takes. ``voices`` says where a piece's voice really lies.

    Raises UsageFault where captions or voices cannot be read.
    """
    production = plan.production
    try:
        if production.captions is not None:
            (found,) = measure(production.captions, "captions", Captions)
            cues = [(cue.start_s, cue.end_s, "\n".join(cue.lines)) for cue in found.cues]
        else:
            cues = list(_cues_of_texts(plan, voices))
    except Unmeasurable as reason:
        raise UsageFault(f"the captions cannot be made: {reason}") from reason
    segments = [
        {"start": round(start, 3), "end": round(end, 3), "text": text} for start, end, text in cues
    ]
    last = next(stage for stage in plan.stages if isinstance(stage, CaptionedStage))
    return {**last.payload, "segments": segments}


def _cues_of_texts(plan: Plan, voices: Mapping[Path, Path]) -> Iterator[tuple[float, float, str]]:
    """Captions of what was spoken from a text: its lines, spread over the speech that was heard."""
    start_s = 0.0
    for piece in plan.pieces:
        path = voices.get(piece.voice, piece.voice)
        speech, duration = measure(path, "voice", Speech, Duration)
        spans = speech.spans
        lines = _caption_texts(piece.text or "")
        total = sum(len(line) for line in lines)
        spoken_s = sum(span.seconds for span in spans)
        said = 0
        for line in lines:
            first = _at(spans, spoken_s * said / total, at_start=True)
            said += len(line)
            last = _at(spans, spoken_s * said / total, at_start=False)
            yield start_s + first, start_s + last, "\n".join(textwrap.wrap(line, _LINE_CHARACTERS))
        start_s += duration.duration_s


def _caption_texts(text: str) -> list[str]:
    """Sentences, and long ones in parts that fill two lines at most; sounds are not read."""
    spoken = " ".join(re.sub(r"\([^()]*\)", " ", text).split())
    parts = []
    for sentence in sentences_of(spoken):
        parts += _screens(sentence)
    return parts


def _screens(sentence: str) -> list[str]:
    """Parts of one length, as a last one of a single word would flash by; each of two lines."""
    least = math.ceil(len(textwrap.wrap(sentence, _LINE_CHARACTERS)) / _LINES)
    for screens in itertools.count(max(1, least)):
        parts = textwrap.wrap(sentence, math.ceil(len(sentence) / screens) + 8)
        # Where words break unluckily, a part that would fill two lines takes three.
        if all(len(textwrap.wrap(part, _LINE_CHARACTERS)) <= _LINES for part in parts):
            break
    return parts


def _at(spans: Sequence[Span], spoken_s: float, *, at_start: bool) -> float:
    """The moment at which ``spoken_s`` seconds of speech have been heard.

    Between two stretches of speech it is the beginning of the next one, or the end of the last.
    """
    left_s = spoken_s
    for i, span in enumerate(spans):
        ends_here = left_s < span.seconds - 1e-6 if at_start else left_s <= span.seconds + 1e-6
        if ends_here or i == len(spans) - 1:
            return min(span.start_s + left_s, span.end_s)
        left_s -= span.seconds
    return 0.0
