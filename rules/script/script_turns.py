"""The script's speakers are not marked as the voice model reads them.

What it measures: the tags [S1] and [S2]: the first, their order, and how many speakers there are.

Why it matters: Dia knows two voices. It starts with [S1] and changes at every tag; a text without
one, two tags of one speaker in a row, or a third speaker come out in the wrong voice, or as noise.

How to mend it: Begin with [S1], change to [S2] and back, join what one speaker says in a row into
one turn, and give a third speaker a script of their own.

References: nari-labs/dia, README; nari-labs/dia#149.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Inapplicable, Job, Judgement, Script, failed, passed, rule, warned

_KNOWN = ("S1", "S2")


@rule("script-turns", code="S01", medium="script")
def script_turns(script: Script, job: Job) -> Iterator[Judgement]:
    if not script.turns:
        raise Inapplicable("the script is empty")
    fine = True
    first = script.turns[0]
    if first.speaker != "S1":
        fine = False
        begins = f"with [{first.speaker}]" if first.speaker else "without a speaker's tag"
        yield failed(f"The script begins {begins}; [S1] is wanted.", wanted="[S1]")
    speakers = dict.fromkeys(turn.speaker for turn in script.turns if turn.speaker)
    if unknown := [name for name in speakers if name not in _KNOWN]:
        fine = False
        names = " and ".join(f"[{name}]" for name in unknown)
        yield failed(
            f"The script has {names}; two speakers, [S1] and [S2], are all that there are.",
            measured=len(speakers),
            wanted=2,
        )
    for before, turn in zip(script.turns, script.turns[1:], strict=False):
        if before.speaker == turn.speaker:
            fine = False
            yield failed(
                f"Line {turn.line}: [{turn.speaker}] follows [{before.speaker}]; speakers take "
                "turns.",
                measured=f"[{turn.speaker}]",
            )
    if fine and len(speakers) > 1 and job.speakers == 1 and job.app != "falai/dia-tts":
        fine = False
        yield warned(
            "The script has {measured} speakers, and the job is for {wanted}.",
            measured=len(speakers),
            wanted=job.speakers,
        )
    if fine:
        yield passed("The speakers take turns, and [S1] begins.", measured=len(script.turns))
