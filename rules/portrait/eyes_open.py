"""An eye is closed.

What it measures: The gap between the lids of each eye, as a share of the distance from the eyes to
the chin, less what the face model's own sense of blinking takes off; and how much the eye in the
picture looks like one with its lid down. An eye that is nearly closed while the other is wide open
is a wink.

Why it matters: The model has never seen this person's eyes and has to make them up: colour, shape
and direction of the gaze are invented when the lids open in the clip.

How to mend it: Choose another picture of the series, or take a new one: close the eyes, open them
on three, and release the shutter a moment later. Bright light in the face makes people squint.

References: ISO/IEC 29794-5:2025, eyes open: a gap of a fiftieth of the eye-to-chin distance is its
half score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Box, EyeOpening, Judgement, at_least, at_most, failed, rule

# An open eye reads up to .3 as a blink, a closed one .6 and more: each tenth over rest takes .006.
_BLINK_AT_REST = 0.25
_GAP_PER_BLINK = 0.06


@dataclass(frozen=True)
class Limits:
    fail_below_gap_share: float = 0.018
    wink_below_gap_share: float = 0.026
    wink_below_ratio: float = 0.5
    """Of the other eye's gap."""
    warn_above_closed: float = 0.5
    fail_above_closed: float = 0.8


@rule("eyes-open", code="P31", medium="portrait", limits=Limits)
def eyes_open(opening: EyeOpening, limits: Limits) -> Iterator[Judgement]:
    right = _open_share(opening.right_gap_share, opening.right_blink)
    left = _open_share(opening.left_gap_share, opening.left_blink)
    yield _eye("right", right, left, opening.right_closed, opening.right_eye, limits)
    yield _eye("left", left, right, opening.left_closed, opening.left_eye, limits)


def _open_share(gap_share: float, blink: float) -> float:
    return max(0.0, gap_share - _GAP_PER_BLINK * (blink - _BLINK_AT_REST))


def _eye(
    side: str, gap: float, other: float, closed: float, where: Box, limits: Limits
) -> Judgement:
    if (
        limits.fail_below_gap_share
        <= gap
        < min(limits.wink_below_gap_share, limits.wink_below_ratio * other)
    ):
        return failed(
            f"The sitter's {side} eye is nearly closed: its lids are {{measured}} of the "
            "eye-to-chin distance apart, the other's {wanted}.",
            measured=gap,
            wanted=other,
            unit="share",
            where=where,
        )
    if gap >= limits.fail_below_gap_share and closed > limits.warn_above_closed:
        return at_most(
            closed,
            warn=limits.warn_above_closed,
            fail=limits.fail_above_closed,
            where=where,
            says=f"The sitter's {side} eye looks closed ({{measured}} on a scale to 1); at most "
            "{wanted} is wanted.",
        )
    return at_least(
        gap,
        fail=limits.fail_below_gap_share,
        unit="share",
        where=where,
        says=f"The sitter's {side} eye is closed: its lids are {{measured}} of the eye-to-chin "
        "distance apart; {wanted} is wanted.",
    )
