"""There is a long pause between the words.

What it measures: the longest stretch inside the recording in which nobody speaks, in seconds.

Why it matters: During a long pause the models have nothing to go by: the lips keep moving, or the
head drifts. In a clip of some seconds it also looks like a fault.

How to mend it: Shorten pauses to about half a second in an audio editor, or cut the recording
there and make two clips.

References: TMElyralab/MuseTalk#32, bytedance/LatentSync#28, Rudrabha/Wav2Lip#689 (lips move in
silence); of 151 authors' own recordings 89 % have no pause over 1 s.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Pauses, at_most, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_s: float = 1.5


@rule("long-pause", code="V32", medium="voice", limits=Limits)
def long_pause(pauses: Pauses, limits: Limits) -> Judgement:
    if not pauses.inside:
        return passed("There is no pause.", measured=0.0, unit="s")
    return at_most(
        pauses.longest_s,
        warn=limits.warn_above_s,
        unit="s",
        where=[pause for pause in pauses.inside if pause.seconds > limits.warn_above_s],
        says="The longest pause lasts {measured}; {wanted} or less is wanted.",
    )
