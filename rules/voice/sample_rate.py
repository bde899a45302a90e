"""The sample rate is unusual or too low.

What it measures: how many samples a second the file holds.

Why it matters: 44.1 and 48 kHz are what every tool expects. Others are converted on the way, by
some tools badly: one that assumes another rate plays the voice too fast or too slow. Under 16 kHz
the hissing consonants, which shape the lips, are gone.

How to mend it: Record at 48 kHz (44.1 kHz is as good). If the recording exists in that quality,
export it again; a higher rate made from a lower one sounds no better, but it does keep tools that
expect it from stumbling.

References: inference.sh's guides ask for 44.1 or 48 kHz; Sxjdwang/TalkLip#7 (44.1 kHz taken for 16
kHz doubles the length); most driven models hear 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Inapplicable, Judgement, Recording, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    accepted_hz: tuple[int, ...] = (44_100, 48_000)
    fail_below_hz: int = 16_000
    explained_below_kbps: float = 64
    """An MP3 of less is coded at a low rate because it has so few bits."""


@rule("sample-rate", code="V02", medium="voice", limits=Limits)
def sample_rate(recording: Recording, limits: Limits) -> Judgement:
    rate_hz = recording.rate_hz
    if rate_hz in limits.accepted_hz:
        return passed("The sample rate is {measured}.", measured=rate_hz, unit="Hz")
    kbps = recording.bit_rate_kbps
    if recording.container == "MP3" and kbps is not None and kbps < limits.explained_below_kbps:
        raise Inapplicable("the MP3 is too small for a higher one, which voice-format reports")
    says = "The sample rate is {measured}; {wanted} is wanted."
    wanted = " or ".join(f"{hz / 1000:g} kHz" for hz in limits.accepted_hz)
    if rate_hz < limits.fail_below_hz:
        return failed(says, measured=f"{rate_hz / 1000:g} kHz", wanted=wanted)
    return warned(says, measured=f"{rate_hz / 1000:g} kHz", wanted=wanted)
