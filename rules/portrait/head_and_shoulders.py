"""Not a head-and-shoulders picture.

What it measures: whether the shoulders, the hips and the knees of the main person are in the
picture.

Why it matters: The models move head, neck and shoulders together. Without shoulders the head
floats; with the whole body the face gets too few pixels, and hands and legs are animated that
nobody asked for.

How to mend it: Crop below the chest and keep both shoulders in the picture.

References: the talking-head framing guides ("head and shoulders visible, crop below the chest");
antgroup/echomimic#111.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import BodyExtent, Judgement, failed, info, passed, rule, warned


@rule("head-and-shoulders", code="P15", medium="portrait")
def head_and_shoulders(body: BodyExtent) -> Iterator[Judgement]:
    if body.knees:
        yield failed(
            "The picture shows the person down to the knees; head and shoulders are wanted.",
            where=body.face,
        )
    elif body.hips:
        yield warned(
            "The picture shows the person down to the hips; crop it below the chest.",
            where=body.face,
        )
    elif not body.shoulders:
        yield warned(
            "No shoulders are in the picture; head and shoulders are wanted.", where=body.face
        )
    elif body.uncertain:
        yield info(
            "How much of the body the picture shows cannot be told; head and shoulders are wanted.",
            where=body.face,
        )
    else:
        yield passed("Head and shoulders are in the picture.")
