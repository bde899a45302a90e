"""The voice does not stand out of the noise.

What it measures: how far the level of the speech lies above that of the noise between the words,
in decibels. Hiss that comes and goes with the voice, such as poor noise suppression leaves, is
looked for in the gaps between a vowel's tones.

Why it matters: The model hears voice and noise as one. At 30 dB listeners call the background
noticeable but not intrusive, at 15 dB it covers the quiet consonants, and the lips miss them.

How to mend it: Come closer to the microphone (half the distance gains 6 dB), speak up, and quieten
the room. Making the recording louder raises the noise with the voice and changes nothing.

References: ITU-T P.835 background scores of full-band speech: 3.9 at 40 dB, 3.3 at 30, 2.5 at 20,
2.0 at 10; Rudrabha/Wav2Lip#476.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, SignalToNoise, at_least, info, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_db: float = 25
    fail_below_db: float = 15


@rule("signal-to-noise", code="V12", medium="voice", limits=Limits)
def signal_to_noise(ratio: SignalToNoise, limits: Limits) -> Judgement:
    if not ratio.certain and ratio.snr_db < limits.warn_below_db:
        return info(
            "How far the voice stands out of the noise cannot be told, since there are hardly any "
            "pauses; it is {measured} or more.",
            measured=ratio.snr_db,
            unit="dB",
        )
    if ratio.without_hum_db >= limits.warn_below_db > ratio.snr_db:
        return passed(
            "The voice is {measured} above the noise, which is a hum's or a rumble's.",
            measured=ratio.snr_db,
            unit="dB",
            score=80.0,
        )
    if ratio.heard_db < limits.warn_below_db <= ratio.snr_db:
        return at_least(
            ratio.heard_db,
            warn=limits.warn_below_db,
            fail=0.0,
            unit="dB",
            says="The pauses are quiet, but with the noise under the words, as an ear weighs it, "
            "the voice stands out by {measured}; {wanted} or more are wanted.",
        )
    return at_least(
        ratio.snr_db,
        warn=limits.warn_below_db,
        fail=limits.fail_below_db,
        unit="dB",
        says="The voice is {measured} above the noise; {wanted} or more are wanted.",
    )
