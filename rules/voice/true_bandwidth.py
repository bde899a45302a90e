"""The recording holds fewer high frequencies than its sample rate promises.

What it measures: the frequency at which the sound really ends, where it ends in an edge such as
only a converter leaves; a voice that fades out towards the top has none.

Why it matters: A telephone call saved at 48 kHz is still a telephone call: the file says studio,
the lips get mumbling. Models hear up to 8 kHz; listeners hear the rest.

How to mend it: Find the step that threw the highs away (a phone, a video call, Bluetooth headset,
strong compression or an old export) and take the recording from before it. Converting to a higher
rate brings nothing back.

References: The edge is measured as a fall of 20 dB and more within 500 Hz that stays down; limits
after the 16 kHz that nearly all driven models hear (Nyquist frequency 8 kHz).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Bandwidth, Judgement, at_least, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_hz: float = 12_000
    fail_below_hz: float = 7_000
    filled_share: float = 0.85
    """Of half the sample rate: what reaches it fills the file, and is for sample-rate to judge."""


@rule("true-bandwidth", code="V03", medium="voice", limits=Limits)
def true_bandwidth(bandwidth: Bandwidth, limits: Limits) -> Judgement:
    if bandwidth.bandwidth_hz >= limits.filled_share * bandwidth.nyquist_hz:
        return passed(
            "The sound goes up to {measured}, all that its sample rate can hold.",
            measured=bandwidth.bandwidth_hz,
            unit="Hz",
        )
    return at_least(
        bandwidth.bandwidth_hz,
        warn=limits.warn_below_hz,
        fail=limits.fail_below_hz,
        unit="Hz",
        says="The sound ends at {measured}, though its file could hold more; "
        "{wanted} or more are wanted.",
    )
