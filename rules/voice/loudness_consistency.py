"""The voice gets louder or quieter on the way.

What it measures: whether the level rises or falls little by little from one end to the other, the
difference between the first and the second half of the speech, and its loudness range, pauses left
out (in LU: 1 LU is 1 dB as the ear weights it).

Why it matters: The model scales the mouth's movement by the level. Where it changes, the same
words open the mouth more or less, and joined takes look as if two people spoke.

How to mend it: Keep your distance to the microphone, and do not join takes of different level. In
an editor, bring the quieter part up to the louder one, or use a compressor gently.

References: EBU Tech 3342 (loudness range). For fades, moments that sound alike are compared, so
that a sentence that ends quietly is not one. Where the level jumps by less than an error,
level-jump reports it, and says how many of both are found.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import (
    Inapplicable,
    Judgement,
    LevelFade,
    LevelJump,
    LoudnessSpread,
    Severity,
    Span,
    Speech,
    at_most,
    info,
    passed,
    rule,
    warned,
)


@dataclass(frozen=True)
class Limits:
    warn_above_odds: float = 0.1
    """That the level changes steadily; 0 is what two natural takes in a hundred reach."""
    warn_above_range_lu: float = 7
    fail_above_range_lu: float = 12
    warn_above_halves_lu: float = 4
    fail_above_halves_lu: float = 8
    halves_least_speech_s: float = 8
    """Of less, natural delivery alone makes halves differ that much."""
    listen_at_least_s: float = 3
    """Of less, nothing is said about it."""


@rule("loudness-consistency", code="V21", medium="voice", limits=Limits)
def loudness_consistency(
    spread: LoudnessSpread, fade: LevelFade, jump: LevelJump, speech: Speech, limits: Limits
) -> Judgement:
    fades = fade.odds > limits.warn_above_odds and fade.odds > jump.odds
    jumps = jump.odds > limits.warn_above_odds and not fades
    judged = _spread(spread, jump.at if jumps else None, limits)
    worst = min(judged, key=lambda each: (-(each.severity or 0), each.score), default=None)
    if jumps and worst is not None and worst.severity is Severity.WARNING:
        raise Inapplicable("the level jumps, which level-jump reports")
    if fades and (worst is None or not worst.severity):
        moves = "rises" if fade.size_db > 0 else "falls"
        return warned(
            f"The level {moves} by about {{measured}} from start to end, little by little; "
            "it should stay the same.",
            measured=abs(fade.size_db),
            unit="dB",
            where=Span(speech.spans[0].start_s, speech.spans[-1].end_s),
        )
    if worst is not None:
        return worst
    if spread.speech_s >= limits.listen_at_least_s:
        return passed(
            "The level stays about the same.", measured=spread.halves_lu or 0.0, unit="LU"
        )
    return info("There is too little speech to tell whether its loudness keeps steady.")


def _spread(spread: LoudnessSpread, jump_at: Span | None, limits: Limits) -> list[Judgement]:
    """What the halves and the range say, as far as there is enough speech for each.

    The cause is where the level jumps, if it does; else the quieter part is shown.
    """
    judged = []
    long = spread.speech_s >= limits.halves_least_speech_s
    if spread.halves_lu is not None and (long or spread.halves_lu > limits.fail_above_halves_lu):
        judged.append(
            at_most(
                spread.halves_lu,
                warn=limits.warn_above_halves_lu,
                fail=limits.fail_above_halves_lu,
                unit="LU",
                where=jump_at or spread.quieter,
                says="One half of the speech is {measured} quieter than the other; that {limit}.",
            )
        )
    if spread.range_lu is not None:
        judged.append(
            at_most(
                spread.range_lu,
                warn=limits.warn_above_range_lu,
                fail=limits.fail_above_range_lu,
                unit="LU",
                where=jump_at or spread.quietest,
                says="The loudness of the speech ranges over {measured}; that {limit}.",
            )
        )
    return judged
