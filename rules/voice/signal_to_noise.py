"""The voice does not stand out of the noise.

What it measures: how far the speech stands out of the noise in the pauses and under the words, in
decibels, weighted as an ear does (A). Mains hum and music have rules of their own and are not
counted, nor is a rumble below 100 Hz. Hiss that comes and goes with the voice, such as poor noise
suppression leaves, is looked for in the gaps between a vowel's tones.

Why it matters: The model hears voice and noise as one. At 30 dB listeners call the background
noticeable but not intrusive, at 15 dB it covers the quiet consonants, and the lips miss them.

How to mend it: Come closer to the microphone (half the distance gains 6 dB), speak up, and quieten
the room. Making the recording louder raises the noise with the voice and changes nothing.

References: ITU-T P.835 background scores of full-band speech: 3.9 at 40 dB, 3.3 at 30, 2.5 at 20,
2.0 at 10; Rudrabha/Wav2Lip#476.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Music, SignalToNoise, at_least, info, passed, quantity, rule


@dataclass(frozen=True)
class Limits:
    warn_below_db: float = 25
    fail_below_db: float = 15


_MUCH_DB = 3.0
"""So far from the plain ratio, that is told beside it."""


@rule("signal-to-noise", code="V12", medium="voice", limits=Limits)
def signal_to_noise(ratio: SignalToNoise, music: Music, limits: Limits) -> Judgement:
    low = ratio.heard_db < limits.warn_below_db
    if low and not ratio.certain:
        return info(
            "How far the voice stands out of the noise cannot be determined, since there are "
            "hardly any pauses; it is {measured} or more.",
            measured=ratio.heard_db,
            unit="dB",
        )
    if low and music.surely_plays:
        return passed(
            "What the voice has to stand out of is music, which another rule reports.",
            measured=ratio.heard_db,
            unit="dB",
            score=80.0,
        )
    much = ratio.heard_db - ratio.snr_db >= _MUCH_DB
    beside = f" ({quantity(ratio.snr_db, 'dB')} with the rumble or hum)" if much else ""
    quiet = "The pauses are quiet, but there is noise under the words. "
    under_words = low and ratio.between_db >= limits.warn_below_db
    return at_least(
        ratio.heard_db,
        warn=limits.warn_below_db,
        # Hiss that only follows the words is a guess: a warning at most.
        fail=limits.fail_below_db if ratio.between_db < limits.fail_below_db else None,
        unit="dB",
        says=f"{quiet if under_words else ''}The voice is {{measured}} above the noise{beside}; "
        "it {limit}.",
    )
