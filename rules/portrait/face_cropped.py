"""The frame cuts into the face or the hair.

What it measures: how much of the face's outline (forehead to chin, ear to ear) lies beyond the edge
of the picture, and whether the hair touches the upper edge.

Why it matters: What is not in the picture has to be invented: a chin or an ear that is cut off
comes back different in every frame, and hair at the edge tears when the head moves.

How to mend it: Step back or zoom out and leave air around the whole head. If there is a larger
original, crop it again with more room; a border added afterwards does not help.

References: fudan-generative-vision/hallo#172; ISO/IEC 29794-5 "crop of the face image".
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import FaceEdges, Judgement, at_most, rule, warned


@dataclass(frozen=True)
class Limits:
    fail_above_share: float = 0.03


@rule("face-cropped", code="P11", medium=("portrait", "video"), limits=Limits)
def face_cropped(edges: FaceEdges, limits: Limits) -> Judgement:
    if edges.hair_at_edge and edges.outside_share <= limits.fail_above_share:
        return warned(
            "The hair touches the upper edge of the picture; leave some air above the head.",
            where=edges.face,
        )
    sides = " and ".join(edges.sides) or "frame"
    return at_most(
        edges.outside_share,
        fail=limits.fail_above_share,
        unit="share",
        where=edges.face,
        says=f"The frame cuts {{measured}} of the face off ({sides}); the whole face is wanted.",
    )
