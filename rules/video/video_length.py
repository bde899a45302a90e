"""The video is too long for the app, or too short.

What it measures: how long the video is, in seconds, by the times of its frames and not by what its
header claims.

Why it matters: The app refuses what is longer than its limit, or drops the rest; each second is
paid for. In a video of less than a second nobody says a word.

How to mend it: Cut the video into parts at pauses of the voice, render each with its part of the
voice, and join them. Of a video that is too short, take a longer take, or let it run forwards and
backwards.

References: The pages of the apps, quoted with their dates by `qcheck apps`.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Footage, Judgement, at_least, at_most, rule


@dataclass(frozen=True)
class Limits:
    fail_below_s: float = 1
    warn_above_s: float | None = None
    fail_above_s: float | None = None


@rule("video-length", code="M03", medium="video", limits=Limits)
def video_length(footage: Footage, limits: Limits) -> Judgement:
    if footage.seconds < limits.fail_below_s:
        return at_least(
            footage.seconds,
            fail=limits.fail_below_s,
            unit="s",
            says="The video lasts only {measured}; {wanted} or more are wanted.",
        )
    return at_most(
        footage.seconds,
        warn=limits.warn_above_s,
        fail=limits.fail_above_s,
        unit="s",
        says="The video lasts {measured}; {wanted} at most are taken.",
    )
