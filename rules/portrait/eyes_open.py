"""An eye is closed.

What it measures: The gap between the lids of each eye, as a share of the distance from the eyes to
the chin, less what the face model's own sense of blinking takes off; and how much the eye in the
picture looks like one with its lid down. Both have to agree: lids that a laugh or the sun squeezes
together leave a gap as small, but something of the eye is seen between them. An eye that is nearly
closed while the other is wide open is a wink. An eye that is narrow beside one as narrow that is
open belongs to a smile.

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

from qcheck import Box, EyeOpening, Judgement, at_least, at_most, failed, passed, rule


@dataclass(frozen=True)
class Limits:
    fail_below_gap_share: float = 0.018
    wink_below_gap_share: float = 0.026
    wink_below_ratio: float = 0.5
    """Of the other eye's gap."""
    narrow_below_gap_share: float = 0.045
    """Open eyes are .06 to .09 apart; in a broad smile both narrow to this and less, and one may
    look closed in a small picture. Lids move together: beside such an eye, one that is not far
    narrower is closed only if it surely looks so."""
    open_below_closed: float = 0.3
    """An eye that looks no more closed than this is narrow, however small the gap."""
    warn_above_closed: float = 0.5
    fail_above_closed: float = 0.8


@rule("eyes-open", code="P31", medium=("portrait", "video"), limits=Limits)
def eyes_open(opening: EyeOpening, limits: Limits) -> Iterator[Judgement]:
    right = _Eye(
        "right",
        opening.right_gap_share,
        opening.right_open_share,
        opening.right_closed,
        opening.right_eye,
    )
    left = _Eye(
        "left",
        opening.left_gap_share,
        opening.left_open_share,
        opening.left_closed,
        opening.left_eye,
    )
    yield _judged(right, left, limits)
    yield _judged(left, right, limits)


@dataclass(frozen=True)
class _Eye:
    side: str
    gap_share: float
    open_share: float
    """The gap, less what the sense of blinking takes off."""
    closed: float
    where: Box


def _judged(eye: _Eye, other: _Eye, limits: Limits) -> Judgement:
    if _squints_with(eye, other, limits):
        return passed(f"The sitter's {eye.side} eye is narrow, and so is the other, which is open.")
    if eye.closed <= limits.open_below_closed and eye.open_share < limits.fail_below_gap_share:
        return passed(f"The sitter's {eye.side} eye is narrow, and looks open.")
    if (
        limits.fail_below_gap_share
        <= eye.open_share
        < min(limits.wink_below_gap_share, limits.wink_below_ratio * other.open_share)
    ):
        return failed(
            f"The sitter's {eye.side} eye is nearly closed: its lids are {{measured}} of the "
            "eye-to-chin distance apart, the other's {wanted}.",
            measured=eye.open_share,
            wanted=other.open_share,
            unit="share",
            where=eye.where,
        )
    if eye.open_share >= limits.fail_below_gap_share and eye.closed > limits.warn_above_closed:
        return at_most(
            eye.closed,
            warn=limits.warn_above_closed,
            fail=limits.fail_above_closed,
            where=eye.where,
            says=f"The sitter's {eye.side} eye looks closed ({{measured}} on a scale to 1); at "
            "most {wanted} is wanted.",
        )
    return at_least(
        eye.open_share,
        fail=limits.fail_below_gap_share,
        unit="share",
        where=eye.where,
        says=f"The sitter's {eye.side} eye is closed: its lids are {{measured}} of the eye-to-chin "
        "distance apart; {wanted} is wanted.",
    )


def _squints_with(eye: _Eye, other: _Eye, limits: Limits) -> bool:
    """Whether ``other`` is open though narrow, and ``eye`` hardly narrower."""
    other_open = (
        limits.fail_below_gap_share <= other.open_share
        and other.gap_share < limits.narrow_below_gap_share
        and other.closed <= limits.warn_above_closed
    )
    alike = eye.gap_share >= max(
        limits.fail_below_gap_share, limits.wink_below_ratio * other.gap_share
    )
    return other_open and alike and eye.closed <= limits.fail_above_closed
