"""The script asks for a sound that the voice model does not know.

What it measures: the words in parentheses against the sounds that Dia makes.

Why it matters: A sound that Dia does not know is read aloud, or becomes a noise.

How to mend it: Use one of its own: (laughs), (clears throat), (sighs), (gasps), (coughs),
(singing), (sings), (mumbles), (beep), (groans), (sniffs), (claps), (screams), (inhales),
(exhales), (applause), (burps), (humming), (sneezes), (chuckle), (whistles). Leave everything else
out of parentheses.

References: nari-labs/dia, README.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Judgement, Script, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    known: tuple[str, ...] = (
        "laughs",
        "clears throat",
        "sighs",
        "gasps",
        "coughs",
        "singing",
        "sings",
        "mumbles",
        "beep",
        "groans",
        "sniffs",
        "claps",
        "screams",
        "inhales",
        "exhales",
        "applause",
        "burps",
        "humming",
        "sneezes",
        "chuckle",
        "whistles",
    )


@rule("script-nonverbals", code="S02", medium="script", limits=Limits)
def script_nonverbals(script: Script, limits: Limits) -> Iterator[Judgement]:
    unknown = [sound for sound in dict.fromkeys(script.nonverbals) if sound not in limits.known]
    for sound in unknown:
        near = difflib.get_close_matches(sound, limits.known, n=1, cutoff=0.6)
        hint = f"; the nearest is ({near[0]})" if near else ""
        yield warned(
            f"({sound}) is no sound that Dia knows{hint}.",
            measured=sound,
            wanted=near[0] if near else "",
        )
    if not unknown:
        yield passed("Every sound in parentheses is one that Dia knows.")
