"""The script is too short or too long for one go.

What it measures: how long it takes to say, estimated from its words, its sounds and its turns at
the pace of English conversation. A second is about 86 of Dia's tokens.

Why it matters: What is worth less than about 5 seconds sounds unnatural, and single words fail;
what is worth more than about 20 is read too fast, or stops early.

How to mend it: Split a long script at a turn into several of 5 to 20 seconds. Give a short one a
second sentence.

References: nari-labs/dia, README; nari-labs/dia#149; Blaizzy/mlx-audio#99; mmwillet/TTS.cpp#53.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Judgement, Length, Script, at_least, at_most, failed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_s: float = 5
    warn_above_s: float = 20
    fail_below_words: int = 2


@rule("script-length", code="S03", medium="script", limits=Limits, length=Length("warn_above_s"))
def script_length(script: Script, limits: Limits) -> Iterator[Judgement]:
    if script.spoken_words < limits.fail_below_words:
        yield failed(
            "The script has too few words to say: {measured}; {wanted} at least are needed.",
            measured=script.spoken_words,
            wanted=limits.fail_below_words,
        )
    elif script.estimated_s < limits.warn_below_s:
        yield at_least(
            script.estimated_s,
            warn=limits.warn_below_s,
            unit="s",
            says="The script takes about {measured} to say; {wanted} or more sound natural.",
        )
    else:
        yield at_most(
            script.estimated_s,
            warn=limits.warn_above_s,
            unit="s",
            says="The script takes about {measured} to say; what takes more than {wanted} is read "
            "too fast.",
        )
