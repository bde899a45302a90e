"""The face is off to one side.

What it measures: how far the middle of the face is from the vertical middle line, as a share of the
picture's width. Of several faces of comparable size, the middle of the group counts.

Why it matters: Talking-head models look for the speaker in the middle, and many crop a square from
there: a face at the side is cut or missed.

How to mend it: Crop the picture so that the face is in its middle, or stand in the middle.

References: the portrait requirements of the talking-head guides ("centred in frame"); ISO/IEC
29794-5 "crop left, right".
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Framing, Judgement, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_share: float = 0.08
    fail_above_share: float = 0.20


@rule("face-centred", code="P12", medium="portrait", limits=Limits)
def face_centred(framing: Framing, limits: Limits) -> Judgement:
    several = framing.comparable_faces > 1
    offset = framing.group_offset_share if several else framing.offset_share
    side = "right" if offset > 0 else "left"
    what = "The middle of the group" if several else "The face"
    return at_most(
        abs(offset),
        warn=limits.warn_above_share,
        fail=limits.fail_above_share,
        unit="share",
        where=framing.face,
        says=f"{what} is {{measured}} of the width {side} of the middle; that {{limit}}.",
    )
