"""It is not quiet between the words.

What it measures: the level of what is heard where nobody speaks, in dBFS (0 is the loudest that a
file can hold, and 10 less is half as loud). A steady mains hum is left to its own rule,
and a rumble below 100 Hz, which a low cut takes away, is not counted.

Why it matters: Models take the noise for sound that the mouth makes: lips tremble in the pauses
and miss the words' beginnings. Above −50 dBFS a pause no longer looks silent to them.

How to mend it: Record in a quieter room, closer to the microphone, with fan, fridge and computer
off. For a recording that cannot be repeated, use the noise reduction of an audio editor, gently.

References: Room tone at or under −65 dBFS is invisible to the models' front ends, above −50 it is
not; ITU-T P.835 background scores; Rudrabha/Wav2Lip#476 (noise makes the lips jitter).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, NoiseFloor, at_most, info, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_dbfs: float = -55
    fail_above_dbfs: float = -40


@rule("noise-floor", code="V11", medium="voice", limits=Limits)
def noise_floor(noise: NoiseFloor, limits: Limits) -> Judgement:
    if not noise.certain and noise.floor_dbfs > limits.warn_above_dbfs:
        reason = "they are digital silence" if noise.method == "gated" else "there hardly are any"
        return info(
            "The noise in the pauses cannot be told, since "
            + reason
            + "; it is at most {measured}.",
            measured=noise.floor_dbfs,
            unit="dBFS",
        )
    if noise.without_hum_dbfs <= limits.warn_above_dbfs < noise.floor_dbfs:
        return passed(
            "The noise between the words is at {measured}, and is the hum's.",
            measured=noise.floor_dbfs,
            unit="dBFS",
            score=80.0,
        )
    if noise.without_rumble_dbfs <= limits.warn_above_dbfs < noise.floor_dbfs:
        return passed(
            "The noise between the words is at {measured}, and is a rumble below every voice.",
            measured=noise.floor_dbfs,
            unit="dBFS",
            score=80.0,
        )
    return at_most(
        noise.floor_dbfs,
        warn=limits.warn_above_dbfs,
        fail=limits.fail_above_dbfs,
        unit="dBFS",
        says="The noise between the words is at {measured}; {wanted} or less is wanted.",
    )
