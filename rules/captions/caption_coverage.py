"""Somebody speaks and no caption says what, or a caption is shown while nobody speaks.

What it measures: speech in the recording beside the captions that none of them covers, and
captions during which no speech is heard. A shift of all captions is told by caption-sync and
reckoned with here.

Why it matters: A video is mostly watched muted; what no caption says is lost.

How to mend it: Write the missing captions, or remove what is not said any more. Captions beyond
the end of the voice come from a longer cut.

References: SPEC of the pipeline: no captions is one of the seven common mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import CaptionedSpeech, Captions, Judgement, at_most, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_s: float = 1
    fail_above_s: float = 3


@rule("caption-coverage", code="C06", medium="captions", limits=Limits)
def caption_coverage(
    captioned: CaptionedSpeech, captions: Captions, limits: Limits
) -> Iterator[Judgement]:
    yield at_most(
        captioned.uncovered_s,
        warn=limits.warn_above_s,
        fail=limits.fail_above_s,
        unit="s",
        where=captioned.uncovered,
        says="{measured} of speech have no caption; {wanted} at most may be left out.",
    )
    beyond = [cue for cue in captions.cues if cue.start_s >= captioned.recording_s]
    if beyond:
        yield warned(
            f"Captions begin after the recording's end ({{wanted}}): {len(beyond)} of "
            f"{len(captions.cues)}, the first at {{measured}}.",
            measured=beyond[0].start_s,
            wanted=captioned.recording_s,
            unit="s",
            where=[cue.span for cue in beyond],
        )
    silent_numbers = set(captioned.silent_cues)
    silent = [
        cue
        for cue in captions.cues
        if cue.number in silent_numbers and cue.start_s < captioned.recording_s
    ]
    if silent:
        numbers = ", ".join(str(cue.number) for cue in silent[:5])
        yield warned(
            f"Nobody speaks while caption {numbers} is shown.",
            measured=len(silent),
            where=[cue.span for cue in silent],
        )
    if not beyond and not silent and captioned.uncovered_s <= limits.warn_above_s:
        yield passed("Captions and speech go together.")
