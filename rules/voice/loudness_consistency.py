"""The voice gets louder or quieter on the way.

What it measures: the loudness range of the speech (pauses left out), and the difference between
its first and its second half, both in LU (1 LU is 1 dB as the ear weights it).

Why it matters: The model scales the mouth's movement by the level. Where it changes, the same
words open the mouth more or less, and joined takes look as if two people spoke.

How to mend it: Keep your distance to the microphone, and do not join takes of different level. In
an editor, bring the quieter part up to the louder one, or use a compressor gently.

References: EBU Tech 3342 (loudness range). Of 86 natural takes none is flagged. A single jump that
is too small or too near an end to widen the range is for level-jump to find.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, LoudnessSpread, at_most, info, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_range_lu: float = 7
    fail_above_range_lu: float = 12
    warn_above_halves_lu: float = 4
    fail_above_halves_lu: float = 8
    halves_least_speech_s: float = 8
    """Of less, natural delivery alone makes halves differ that much."""


@rule("loudness-consistency", code="V21", medium="voice", limits=Limits)
def loudness_consistency(spread: LoudnessSpread, limits: Limits) -> Judgement:
    judged = []
    long = spread.speech_s >= limits.halves_least_speech_s
    if spread.halves_lu is not None and (long or spread.halves_lu > limits.fail_above_halves_lu):
        judged.append(
            at_most(
                spread.halves_lu,
                warn=limits.warn_above_halves_lu,
                fail=limits.fail_above_halves_lu,
                unit="LU",
                where=spread.step_at,
                says="The loudness of the two halves differs by {measured}; {wanted} or less "
                "is wanted.",
            )
        )
    if spread.range_lu is not None:
        judged.append(
            at_most(
                spread.range_lu,
                warn=limits.warn_above_range_lu,
                fail=limits.fail_above_range_lu,
                unit="LU",
                where=spread.step_at,
                says="The loudness of the speech ranges over {measured}; {wanted} or less "
                "is wanted.",
            )
        )
    if not judged and spread.speech_s >= 2:
        return passed(
            "The level stays about the same.", measured=spread.halves_lu or 0.0, unit="LU"
        )
    if not judged:
        return info("There is too little speech to tell whether its loudness keeps steady.")
    return min(judged, key=lambda judgement: (-(judgement.severity or 0), judgement.score))
