"""Parts of the picture are transparent.

What it measures: How much of the picture is fully transparent, how much is half transparent, and
whether the face itself has holes.

Why it matters: Most apps flatten or drop transparency: what was see-through turns black, white or
into what lay hidden under it, and half-transparent hair gets a fringe. A hole in the face stays a
hole.

How to mend it: Put the cut-out portrait on a plain colour and save it without transparency. Where
the background remover has eaten into the face, paint the mask back in.

References: KwaiVGI/LivePortrait#429, OpenTalker/SadTalker#314, jbilcke-hf/FacePoke#16 (alpha
ignored, or a crash on four channels).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Judgement, Transparency, failed, info, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    flattened: bool = False
    """Whether the app flattens or drops transparency."""
    warn_above_veiled: float = 0.10
    """Share of the picture that may be half transparent: hair, and the edge of a mask."""
    fail_above_face_hole: float = 0.02
    """Share of the face that may be less than opaque: cut-outs trim its rim by 1.7 % at most (7 of
    183 sound ones had more than 1 %)."""


@rule("transparency", code="P61", medium="portrait", limits=Limits)
def transparency(transparency: Transparency, limits: Limits) -> Iterator[Judgement]:
    hole = transparency.face_hole_share
    if hole is not None and hole > limits.fail_above_face_hole:
        yield failed(
            "{measured} of the face is transparent.", measured=hole, wanted=0.0, unit="share"
        )
        return
    seen_through = transparency.seen_through_share
    if transparency.veiled_share > limits.warn_above_veiled:
        yield warned(
            "{measured} of the picture is half transparent; what lies behind will show through.",
            measured=transparency.veiled_share,
            wanted=limits.warn_above_veiled,
            unit="share",
        )
    elif seen_through > 0.0005 and limits.flattened:
        yield warned(
            "{measured} of the picture is transparent, and the app flattens it: put the portrait "
            "on a background of your choice.",
            measured=seen_through,
            wanted=0.0,
            unit="share",
        )
    elif seen_through > 0.0005:
        yield info(
            "{measured} of the picture is transparent; apps that flatten it choose the background.",
            measured=seen_through,
            unit="share",
        )
    else:
        yield passed("The picture has an alpha channel, and all of it is opaque.")
