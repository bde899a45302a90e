"""The recording holds fewer high frequencies than its sample rate promises.

What it measures: the frequency at which the sound really ends, where it ends in an edge such as
only a converter leaves; a voice that fades out towards the top has none.

Why it matters: A telephone call saved at 48 kHz is still a telephone call: the file says studio,
the lips get mumbling. Models hear up to 8 kHz; listeners hear the rest.

How to mend it: Find the step that threw the highs away (a phone, a video call, Bluetooth headset,
strong compression or an old export) and take the recording from before it. Converting to a higher
rate brings nothing back.

An MP3 of few kilobits a second ends where its encoder cuts; that is voice-format's finding.

References: The edge is measured as a fall of 20 dB and more within 500 Hz that stays down; limits
after the 16 kHz that nearly all driven models hear (Nyquist frequency 8 kHz).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Bandwidth, Inapplicable, Judgement, Recording, at_least, passed, rule

# Where LAME 3.100 cuts at a constant rate in stereo (optimum_bandwidth in lame.c); in mono the same
# rate reaches higher. Kilobits a second, and hertz.
_MP3_ENDS_HZ = (
    (8, 2_000), (16, 3_700), (24, 3_900), (32, 5_500), (40, 7_000), (48, 7_500), (56, 10_000),
    (64, 11_000), (80, 13_500), (96, 15_100), (112, 15_600), (128, 17_000),
)  # fmt: skip
_NEARLY = 0.9


@dataclass(frozen=True)
class Limits:
    warn_below_hz: float = 12_000
    fail_below_hz: float = 7_000
    filled_share: float = 0.85
    """Of half the sample rate: what reaches it fills the file, and is for sample-rate to judge."""


@rule("true-bandwidth", code="V03", medium="voice", limits=Limits)
def true_bandwidth(bandwidth: Bandwidth, recording: Recording, limits: Limits) -> Judgement:
    if bandwidth.bandwidth_hz >= limits.filled_share * bandwidth.nyquist_hz:
        return passed(
            "The sound goes up to {measured}, all that its sample rate can hold.",
            measured=bandwidth.bandwidth_hz,
            unit="Hz",
        )
    if bandwidth.bandwidth_hz < limits.warn_below_hz and _cut_by_mp3(bandwidth, recording):
        raise Inapplicable("the MP3 is too small for more, which voice-format reports")
    return at_least(
        bandwidth.bandwidth_hz,
        warn=limits.warn_below_hz,
        fail=limits.fail_below_hz,
        unit="Hz",
        says="The sound ends at {measured}, though its file could hold more; "
        "{wanted} or more are wanted.",
    )


def _cut_by_mp3(bandwidth: Bandwidth, recording: Recording) -> bool:
    """Whether an MP3 of so few bits has its end where its encoder puts it."""
    kbps = recording.bit_rate_kbps
    if recording.container != "MP3" or kbps is None or kbps >= _MP3_ENDS_HZ[-1][0]:
        return False
    end_hz = max((hz for most, hz in _MP3_ENDS_HZ if most <= kbps), default=_MP3_ENDS_HZ[0][1])
    return bandwidth.bandwidth_hz >= _NEARLY * end_hz
