"""Too much room above the head.

What it measures: the distance from the top of the head, hair included, to the upper edge, as a
share of the picture's height.

Why it matters: Empty space above the head is rendered and paid for, and it makes the face smaller
than it could be.

How to mend it: Crop the space away, so that the eyes lie one third from the top.

References: the framing guides for talking heads ("minimal headroom").
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Framing, Judgement, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_share: float = 0.20


@rule("headroom", code="P14", medium="portrait", limits=Limits)
def headroom(framing: Framing, limits: Limits) -> Judgement:
    about = "About " if framing.headroom_estimated else ""
    return at_most(
        framing.headroom_share,
        warn=limits.warn_above_share,
        unit="share",
        where=framing.face,
        says=f"{about}{{measured}} of the height is empty above the head; that {{limit}}.",
    )
