"""The plan has more speakers than its app or its picture can take.

What it measures: how many people speak in each picture against what the app takes, and whether
each of them has a face of their own.

Why it matters: A job has one voice and moves one face. In a picture of two, a `mask-index` picks
the face, 0 the largest; one that is out of range silently becomes 0, and the wrong mouth moves. An
app for one person moves whichever face it finds.

How to mend it: Give each speaker a portrait of their own, or use an app that takes two in one
picture and give each a `mask-index`. Three people need three pictures.

References: bytedance/omnihuman-1-5, input schema and source, inference-sh/grid at 85af325.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Judgement, Production, failed, passed, rule


@rule("plan-speakers", code="K04", medium="plan")
def plan_speakers(production: Production) -> Iterator[Judgement]:
    index = {performer.name: performer.mask_index for performer in production.performers}
    most = production.max_speakers
    fine = True
    for picture, names in production.performers_of.items():
        where = picture.name if picture else "one picture"
        who = ", ".join(sorted(names))
        if most is not None and len(names) > most:
            fine = False
            yield failed(
                f"{len(names)} people ({who}) speak in {where}; {production.app} takes {most} "
                "in one picture.",
                measured=len(names),
                wanted=most,
            )
        elif len({index[name] for name in names}) < len(names):
            fine = False
            yield failed(f"Two of {who} have the same face (mask-index) in {where}.")
        elif beyond := [name for name in sorted(names) if index[name] >= len(names) > 1]:
            fine = False
            yield failed(
                f"The mask-index of {beyond[0]} in {where} is {index[beyond[0]]}; {len(names)} "
                f"people speak there, so 0 to {len(names) - 1} are its faces.",
                measured=index[beyond[0]],
                wanted=len(names) - 1,
            )
    if fine:
        yield passed("Every speaker has a face of their own.", measured=len(index))
