"""The level jumps at some place and stays there, as where two takes are joined.

What it measures: whether moments that sound alike, a vowel and the same vowel later, noise and
noise, are louder or quieter from some place on, all by the same amount. A gain moves speech and
noise alike, and leaves the sound of both as it was; a voice that is raised gets brighter, and the
noise behind it stays.

Why it matters: The model scales the mouth's movement by the level. After a jump the same words
open the mouth more or less, and joined takes look as if two people spoke.

How to mend it: Do not join takes of different level. In an editor, bring the quieter part up to
the louder one; match the noise between the words, and the words will match.

References: Alike moments are compared in critical bands (Zwicker 1961). Of jumps by 6 dB with 2 s
of speech on either side and of fades by 10 dB this rule and loudness-consistency find 93 %, and
they flag 3 % of natural takes of sets that the numbers were not fitted on. Jumps within 2 s of an
end are mostly missed.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import (
    Inapplicable,
    Judgement,
    LevelFade,
    LevelJump,
    LoudnessSpread,
    Speech,
    info,
    passed,
    rule,
    warned,
)


@dataclass(frozen=True)
class Limits:
    warn_above_odds: float = 0.1
    """As a natural logarithm; 0 is what two natural takes in a hundred reach."""
    listen_at_least_s: float = 3.5
    leave_above_halves_lu: float = 8
    """Halves that differ by more are an error of loudness-consistency, which shows the place."""


@rule("level-jump", code="V26", medium="voice", limits=Limits)
def level_jump(
    jump: LevelJump, fade: LevelFade, spread: LoudnessSpread, speech: Speech, limits: Limits
) -> Judgement:
    if speech.speech_s < limits.listen_at_least_s:
        return info("There is too little speech to tell whether its level jumps.")
    if jump.odds <= limits.warn_above_odds:
        return passed("The level does not jump.", measured=0.0, unit="dB")
    if fade.odds > jump.odds:
        raise Inapplicable("the level changes little by little, which loudness-consistency reports")
    if (spread.halves_lu or 0.0) > limits.leave_above_halves_lu:
        raise Inapplicable("the loudness differs so much that loudness-consistency reports it")
    moves = "rises" if jump.size_db > 0 else "drops"
    return warned(
        f"The level {moves} by about {{measured}} and stays there, speech and noise alike.",
        measured=abs(jump.size_db),
        unit="dB",
        where=jump.at,
    )
