"""The recording, or its pauses, are digital silence.

What it measures: stretches of 0.1 s and more in which every sample is exactly zero, between the
first and the last sound; and whether the whole file is like that.

Why it matters: A room is never that silent. Exact zeros crash some models and make others twitch
at each edge, and the listener hears the room switch on and off. A file of zeros holds no voice at
all.

How to mend it: If all of it is silent, check the microphone and the export. If the pauses are,
turn the noise gate off or let it reduce by some 10 dB only, or lay a quiet room tone under the
voice.

References: Rudrabha/Wav2Lip#183 (all-zero audio fails); no converter of 16 bits or more delivers
exact zeros from a live microphone.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import DigitalSilence, Dropouts, Judgement, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_s: float = 0.0
    """Seconds of zeros in all."""


@rule("digital-silence", code="V33", medium="voice", limits=Limits)
def digital_silence(silence: DigitalSilence, dropouts: Dropouts, limits: Limits) -> Judgement:
    if silence.all_zero:
        return failed("The recording is digital silence from start to end.", measured="all zeros")
    gaps = [gap for gap in silence.gaps if gap not in dropouts.gaps]
    seconds = sum(gap.seconds for gap in gaps)
    if seconds <= limits.warn_above_s:
        return passed("No pause is digital silence.", measured=seconds, unit="s")
    return warned(
        "The pauses hold {measured} of digital silence; a quiet room tone is wanted there.",
        measured=seconds,
        wanted=limits.warn_above_s,
        unit="s",
        where=gaps,
    )
