"""The captions are early or late against the voice.

What it measures: the shift at which captions and speech agree best, where voice activity is heard
in the recording beside them.

Why it matters: Captions that come later than the words are the first thing that a viewer notices,
and one shift of the whole file is the most common reason.

How to mend it: Move all captions by the time that is named here, in the other direction. They
often come from another cut of the recording: check that the first word is the same.

References: BBC Subtitle Guidelines, synchronisation: within a second, better half of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import CaptionedSpeech, Judgement, at_most, info, rule


@dataclass(frozen=True)
class Limits:
    warn_above_s: float = 0.35
    fail_above_s: float = 2


@rule("caption-sync", code="C05", medium="captions", limits=Limits)
def caption_sync(captioned: CaptionedSpeech, limits: Limits) -> Judgement:
    if captioned.offset_s is None:
        return info("Captions and voice agree nowhere; whether they are shifted cannot be told.")
    late = "later" if captioned.offset_s > 0 else "earlier"
    return at_most(
        abs(captioned.offset_s),
        warn=limits.warn_above_s,
        fail=limits.fail_above_s,
        unit="s",
        says=f"The captions are {{measured}} {late} than the voice; {{wanted}} at most is wanted.",
    )
