"""The recording is too long for one clip, or too short.

What it measures: how long the recording is, in seconds.

Why it matters: The clip lasts as long as the voice. Models hold face and lips for about 15
seconds, drift after 20 to 30, and apps refuse what is longer than their limit; each second is paid
for.

How to mend it: Cut a long recording at pauses into parts, make one clip of each with the same
portrait, and join the clips. Repeat a recording that is too short, with the whole sentence.

References: OmniHuman's app: under 15 s for the best quality, under 30 s at all;
MeiGen-AI/MultiTalk#93 (drift after 20 s), TaekyungKi/AvatarForcing#10 (sharpness halves at 70 s).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Duration, Judgement, Length, at_least, at_most, rule


@dataclass(frozen=True)
class Limits:
    fail_below_s: float = 1
    warn_above_s: float = 15
    fail_above_s: float = 30


@rule(
    "duration",
    code="V30",
    medium="voice",
    limits=Limits,
    length=Length("fail_above_s", best="warn_above_s"),
)
def duration(duration: Duration, limits: Limits) -> Judgement:
    if duration.duration_s < limits.fail_below_s:
        return at_least(
            duration.duration_s,
            fail=limits.fail_below_s,
            unit="s",
            says="The recording lasts only {measured}; {wanted} or more are wanted.",
        )
    return at_most(
        duration.duration_s,
        warn=limits.warn_above_s,
        fail=limits.fail_above_s,
        unit="s",
        says="The recording lasts {measured}; {wanted} or less give the best clip"
        + (
            f", more than {limits.fail_above_s:g} s are refused or fall apart."
            if duration.duration_s > limits.warn_above_s
            else "."
        ),
    )
