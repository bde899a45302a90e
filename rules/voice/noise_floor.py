"""It is not quiet between the words.

What it measures: the level of what is heard where nobody speaks, in dBFS (0 is the loudest that a
file can hold, and 10 less is half as loud). A steady mains hum and music have rules of their own,
and a rumble below 100 Hz, which a low cut takes away, is not counted. Where there are no pauses, or
what seems to be one is louder than most of the recording, the rule says that it cannot tell.

Why it matters: Models take the noise for sound that the mouth makes: lips tremble in the pauses
and miss the words' beginnings. Above −50 dBFS a pause no longer looks silent to them.

How to mend it: Record in a quieter room, closer to the microphone, with fan, fridge and computer
off. For a recording that cannot be repeated, use the noise reduction of an audio editor, gently.

References: Room tone at or under −65 dBFS is invisible to the models' front ends, above −50 it is
not; ITU-T P.835 background scores; Rudrabha/Wav2Lip#476 (noise makes the lips jitter).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Music, NoiseFloor, at_most, info, passed, quantity, rule


@dataclass(frozen=True)
class Limits:
    warn_above_dbfs: float = -55
    fail_above_dbfs: float = -40


_MUCH_DB = 3.0
"""So much of hum or rumble is told beside what is left without them."""


@rule("noise-floor", code="V11", medium="voice", limits=Limits)
def noise_floor(noise: NoiseFloor, music: Music, limits: Limits) -> Judgement:
    if noise.net_dbfs > limits.warn_above_dbfs:
        if noise.method == "gated":
            return passed(
                "The pauses are digital silence, which another rule reports.",
                measured=noise.net_dbfs,
                unit="dBFS",
                score=80.0,
            )
        if not noise.certain:
            return info(
                "The noise in the pauses cannot be determined, since there are hardly any pauses; "
                "it is at most {measured}.",
                measured=noise.net_dbfs,
                unit="dBFS",
            )
        if music.surely_plays:
            return passed(
                "What is heard between the words is music, which another rule reports.",
                measured=noise.net_dbfs,
                unit="dBFS",
                score=80.0,
            )
    much = noise.floor_dbfs - noise.net_dbfs >= _MUCH_DB
    beside = f" ({quantity(noise.floor_dbfs, 'dBFS')} with the hum or rumble)" if much else ""
    return at_most(
        noise.net_dbfs,
        warn=limits.warn_above_dbfs,
        fail=limits.fail_above_dbfs,
        unit="dBFS",
        says=f"The noise between the words is at {{measured}}{beside}; it {{limit}}.",
    )
