"""The level jumps at some place and stays there, as where two takes are joined.

What it measures: how likely a jump by 6 dB is. A gain moves speech and noise alike, and leaves the
sound of both as it was; a voice that is raised gets brighter, and the noise behind it stays.

Why it matters: The model scales the mouth's movement by the level. After a jump the same words
open the mouth more or less, and joined takes look as if two people spoke.

How to mend it: Do not join takes of different level. In an editor, bring the quieter part up to
the louder one; match the noise between the words, and the words will match.

References: Alike moments are compared in critical bands (Zwicker 1961). A preview: of jumps by
6 dB with 2 s of speech on either side nine in ten are found, of those anywhere seven, since in a
few words a voice moves as far of its own. Of natural takes 2 % are flagged.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, LevelJump, RuleStatus, Speech, info, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_odds: float = 3.7
    """How much likelier a jump by 6 dB is than none, as a natural logarithm: 3.7 is 40 times."""
    listen_at_least_s: float = 2.5


@rule("level-jump", code="V26", medium="voice", limits=Limits, status=RuleStatus.PREVIEW)
def level_jump(jump: LevelJump, speech: Speech, limits: Limits) -> Judgement:
    if jump.odds > limits.warn_above_odds:
        return warned(
            "The level jumps by {measured} and stays there, speech and noise alike.",
            measured=jump.size_db,
            unit="dB",
            where=jump.at,
        )
    if speech.speech_s < limits.listen_at_least_s:
        return info("There is too little speech to tell whether its level jumps.")
    return passed("The level does not jump.", measured=0.0, unit="dB")
