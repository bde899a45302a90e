"""A portrait rule's word on a video, from what it says about the frames that were looked at.

People who talk blink, glance and turn for a moment, and the lips are put on all the same. So what
is wrong in a frame counts for the video only where it lasts: see :func:`gathered`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from qcheck.core.places import Span
from qcheck.core.results import Judgement, Outcome, Severity, Status

__all__ = ["gathered", "runs"]

# Eyes are closed for 5 to 10 % of the time (17 blinks of 0.2 to 0.4 s a minute; Bentivoglio et al.,
# Movement Disorders 12, 1997): of 8 to 12 frames that fall on the moments they like, more than a
# quarter come out closed in fewer than one video in a hundred.
_LASTING_SHARE = 0.25

# Frames in a row: with a second or two between them, no blink and no glance.
_IN_A_ROW = 3


def gathered(
    outcomes: Sequence[tuple[float, Outcome]], at_most: Severity = Severity.ERROR
) -> Outcome:
    """One outcome from those of a video's frames, each with its time; never above ``at_most``.

    An error in more than a quarter of the frames is an error, in three in a row a warning; what is
    rarer is part of talking. Warnings do not count: they are about the picture that a whole clip is
    made from. Frames in which the rule cannot measure count as sound, unless they are all that
    there is: that there is no face in them is told by video-faces.
    """
    crashed = next((o for _, o in outcomes if o.status is Status.CRASHED), None)
    if crashed is not None:
        return crashed
    measured = [(at_s, o) for at_s, o in outcomes if o.status is not Status.SKIPPED]
    if not measured:
        return outcomes[0][1]
    seconds = sum(o.seconds for _, o in outcomes)
    first = measured[0][1]
    flags = [o.severity is Severity.ERROR for _, o in outcomes]
    severity: Severity | None = None
    if sum(flags) > _LASTING_SHARE * len(outcomes):
        severity = at_most
    elif any(last - start + 1 >= _IN_A_ROW for start, last in runs(flags)):
        severity = Severity.WARNING
    if severity is None:
        said = sorted((_worst(outcome) for _, outcome in measured), key=lambda j: j.score)
        typical = said[len(said) // 2]
        passed = dataclasses.replace(typical, severity=None, score=max(typical.score, 80.0))
        return dataclasses.replace(
            first, status=Status.PASS, judgements=(_without_places(passed),), seconds=seconds
        )
    times = [at_s for at_s, _ in outcomes]
    said = [_worst(outcome) for flag, (_, outcome) in zip(flags, outcomes, strict=True) if flag]
    worst = min(said, key=lambda j: j.score)
    judgement = dataclasses.replace(
        worst,
        severity=severity,
        message=f"{worst.message} So it is in {len(said)} of {len(outcomes)} frames looked at.",
        where=tuple(Span(times[start], times[last]) for start, last in runs(flags)),
        score=min(worst.score, 60.0) if severity is Severity.WARNING else worst.score,
        fix=None,
    )
    return dataclasses.replace(first, status=Status.FAIL, judgements=(judgement,), seconds=seconds)


def runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last index of every unbroken row of true flags."""
    found: list[tuple[int, int]] = []
    for i, flag in enumerate(flags):
        if flag and found and found[-1][1] == i - 1:
            found[-1] = (found[-1][0], i)
        elif flag:
            found.append((i, i))
    return found


def _worst(outcome: Outcome) -> Judgement:
    if not outcome.judgements:
        return Judgement(None, "Nothing to mend.", 100.0)
    return min(outcome.judgements, key=lambda j: (-(j.severity or 0), j.score))


def _without_places(judgement: Judgement) -> Judgement:
    return dataclasses.replace(judgement, where=(), fix=None)
