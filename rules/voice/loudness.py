"""The recording as a whole is too quiet or too loud.

What it measures: the integrated loudness in LUFS, the measure of broadcasting and streaming, which
weights frequencies as the ear does and leaves pauses out.

Why it matters: A voice far below the usual level drowns in the models' own noise gate and moves
the lips too little; one far above it has been squeezed or cut off, and comes out harsh.

How to mend it: In an audio editor, normalise the loudness to about −20 LUFS (−16 to −23 all is
well). Better, set the recording level so that normal speech peaks at −12 to −6 dB.

References: ITU-R BS.1770-5; EBU R 128 (−23 LUFS) and AES TD1008 (−16 LUFS for speech on line).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Loudness, at_least, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_below_lufs: float = -30
    warn_above_lufs: float = -10
    fail_below_lufs: float = -45


@rule("loudness", code="V20", medium="voice", limits=Limits)
def loudness(loudness: Loudness, limits: Limits) -> Judgement:
    if loudness.integrated_lufs > limits.warn_above_lufs:
        return at_most(
            loudness.integrated_lufs,
            warn=limits.warn_above_lufs,
            unit="LUFS",
            says="The recording is too loud: {measured}; {wanted} or less is wanted.",
        )
    return at_least(
        loudness.integrated_lufs,
        warn=limits.warn_below_lufs,
        fail=limits.fail_below_lufs,
        unit="LUFS",
        says="The loudness is {measured}; {wanted} or more is wanted.",
    )
