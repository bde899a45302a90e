"""One speaker has several portraits.

What it measures: whether all turns of a speaker are rendered from one picture.

Why it matters: Every clip begins with the portrait. Merged clips of different portraits jump: the
hair, the light and the place change in the middle of a sentence.

How to mend it: Give the speaker one portrait and the turns none.

References: docs/jobs.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Judgement, Production, failed, passed, rule


@rule("plan-portrait", code="K05", medium="plan")
def plan_portrait(production: Production) -> Iterator[Judgement]:
    fine = True
    for who, used in production.portraits_of.items():
        if len(used) > 1:
            fine = False
            named = ", ".join(str(each) if each else "the one that is made" for each in used)
            yield failed(
                f"The turns of {who} use {len(used)} portraits: {named}. The same one is wanted "
                "in all of them.",
                measured=len(used),
                wanted=1,
            )
    if fine:
        yield passed("Every speaker has one portrait.")
