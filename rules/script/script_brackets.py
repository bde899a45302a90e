"""The script has brackets that mean nothing to the voice model.

What it measures: brackets that are neither a speaker's tag nor a sound in parentheses.

Why it matters: They are read aloud, or turn what follows into noise.

How to mend it: Speakers stand in square brackets, [S1] and [S2]; sounds in parentheses, (laughs);
stage directions and mark-up have no place.

References: nari-labs/dia, README.
"""

from __future__ import annotations

from qcheck import Judgement, Script, passed, rule, warned


@rule("script-brackets", code="S05", medium="script")
def script_brackets(script: Script) -> Judgement:
    if script.stray:
        shown = " ".join(script.stray[:5])
        return warned(
            f"The script has brackets that mean nothing to Dia, such as {shown} here.",
            measured=len(script.stray),
        )
    return passed("Every bracket is a speaker's or a sound's.")
