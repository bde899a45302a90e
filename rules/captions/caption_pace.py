"""A caption is gone before it can be read, or stays too long.

What it measures: characters a second, and seconds, of every caption.

Why it matters: Who watches muted has only the captions. Adults read about 17 characters a second
without effort; beyond 20 they lose the picture. A caption under five sixths of a second flashes,
one that stays over 7 s is read twice.

How to mend it: Shorten the text, give it more time, or split it at a pause. The voice may simply
be too fast: then shorten rather than repeat every word.

References: Netflix Timed Text Style Guide: 17 to 20 characters a second, 5/6 s to 7 s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Captions, Judgement, at_least, at_most, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_characters_per_s: float = 20
    warn_below_s: float = 0.833
    warn_above_s: float = 7


@rule("caption-pace", code="C03", medium="captions", limits=Limits)
def caption_pace(captions: Captions, limits: Limits) -> Iterator[Judgement]:
    cues = [cue for cue in captions.cues if cue.seconds > 0]
    if not cues:
        return
    fastest = max(cues, key=lambda cue: cue.characters_per_s)
    shortest = min(cues, key=lambda cue: cue.seconds)
    longest = max(cues, key=lambda cue: cue.seconds)
    pace = fastest.characters_per_s
    fast = [c for c in cues if c.characters_per_s > limits.warn_above_characters_per_s]
    short = [c for c in cues if c.seconds < limits.warn_below_s]
    if fast:
        yield at_most(
            pace,
            warn=limits.warn_above_characters_per_s,
            where=[cue.span for cue in fast],
            says=f"Captions are too fast to read: {len(fast)} of {len(cues)}, the fastest, number "
            f"{fastest.number}, has {{measured}} characters a second; {{wanted}} at most are read.",
        )
    # One that is too fast is too short for its text: one cause.
    if short and not fast:
        yield at_least(
            shortest.seconds,
            warn=limits.warn_below_s,
            unit="s",
            where=[cue.span for cue in short],
            says=f"Caption {shortest.number} is shown for {{measured}}; {{wanted}} at least can "
            "be read.",
        )
    if longest.seconds > limits.warn_above_s:
        yield at_most(
            longest.seconds,
            warn=limits.warn_above_s,
            unit="s",
            where=longest.span,
            says=f"Caption {longest.number} stays for {{measured}}; {{wanted}} at most is wanted.",
        )
    if not fast and not short and longest.seconds <= limits.warn_above_s:
        yield passed("Every caption can be read.", measured=pace)
