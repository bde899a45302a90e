"""A transition between clips would shift the captions, or cut words off.

What it measures: whether the plan merges its clips with a transition.

Why it matters: A transition lays the end of one clip over the beginning of the next. With one clip
a sentence, words are lost in it, and everything after it comes earlier than its captions say.

How to mend it: Merge with `transition_type = "no-transition"`, which is what happens where the plan
says nothing.

References: infsh/media-merger, input schema, inference-sh/grid at 85af325.
"""

from __future__ import annotations

from qcheck import Judgement, Production, passed, rule, warned

_NONE = "no-transition"


@rule("plan-merge", code="K06", medium="plan")
def plan_merge(production: Production) -> Judgement:
    transition = production.merge.get("transition_type", _NONE)
    if transition == _NONE:
        return passed("Clips follow each other without a transition.")
    return warned(
        f"Clips are merged with {transition}: words at their ends are laid over each other, and "
        "captions come late after each of them.",
        measured=str(transition),
        wanted=_NONE,
    )
