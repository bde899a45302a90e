"""Clicks in the recording.

What it measures: moments of less than half a millisecond at which the wave leaps out of itself,
several times farther than anywhere in the milliseconds around.

Why it matters: A listener hears each one. To the model a click holds all frequencies at once, like
a consonant that nobody said.

How to mend it: Record again. Clicks come from a bad cable or contact, from static, or from clocks
of two devices that do not agree; set one of them to follow the other. A declicker in an audio
editor redraws single ones well.

References: Of 66 takes with eight clicks at half of full scale all are found, and none of 92
without is flagged. A single click passes: speech has sounds as sharp now and then.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Clicks, Judgement, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_clicks: int = 1


@rule("click", code="V35", medium="voice", limits=Limits)
def click(clicks: Clicks, limits: Limits) -> Judgement:
    count = len(clicks.at)
    if count <= limits.warn_above_clicks:
        return passed("The recording does not click.", measured=float(count))
    return warned(
        f"There are {count} clicks; there should be none.",
        measured=float(count),
        wanted=float(limits.warn_above_clicks),
        where=clicks.at,
    )
