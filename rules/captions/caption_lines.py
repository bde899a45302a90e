"""A caption has too many lines, or lines that are too long.

What it measures: the lines of every caption, and the characters of every line, mark-up left out.

Why it matters: More than two lines cover the face, and a long line is broken where nobody wanted
it, or runs out of a phone's frame.

How to mend it: Break the caption into two where the sentence pauses.

References: BBC Subtitle Guidelines; Netflix Timed Text Style Guide: two lines of 42 characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Captions, Cue, Judgement, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_lines: int = 2
    warn_above_characters: int = 42


@rule("caption-lines", code="C02", medium="captions", limits=Limits)
def caption_lines(captions: Captions, limits: Limits) -> Iterator[Judgement]:
    tall = [cue for cue in captions.cues if len(cue.lines) > limits.warn_above_lines]
    wide = [
        cue
        for cue in captions.cues
        if any(len(line) > limits.warn_above_characters for line in cue.lines)
    ]
    if tall:
        yield warned(
            f"{_named(tall)} too many lines: {{measured}}; {{wanted}} at most are read.",
            measured=max(len(cue.lines) for cue in tall),
            wanted=limits.warn_above_lines,
            where=[cue.span for cue in tall],
        )
    if wide:
        yield warned(
            f"{_named(wide)} a line of {{measured}} characters; {{wanted}} at most fit.",
            measured=max(len(line) for cue in wide for line in cue.lines),
            wanted=limits.warn_above_characters,
            where=[cue.span for cue in wide],
        )
    if not tall and not wide:
        yield passed("Every caption fits the frame.")


def _named(cues: list[Cue]) -> str:
    numbers = ", ".join(str(cue.number) for cue in cues[:5]) + (", …" if len(cues) > 5 else "")
    return f"Caption {numbers} has" if len(cues) == 1 else f"Captions {numbers} have"
