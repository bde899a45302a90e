"""The recording is in a format that not every tool takes.

What it measures: the container and the codec of the file and, for MP3, the mean bit rate of its
frames (what the frames say, not what a tag in front claims).

Why it matters: WAV and MP3 go into every tool of the pipeline; other formats are refused by some
of them, and an MP3 of few kilobits has lost the consonants that the lips are driven by.

How to mend it: Export the original recording again as WAV (16 or 24 bit), or as MP3 with at least
128 kbit/s. Turning a poor MP3 into a WAV brings nothing back.

References: inference.sh's guides ask for WAV or MP3 at 128 kbit/s or more; ISO/IEC 11172-3 2.4.2.3
(bit rates of MPEG audio); OpenTalker/SadTalker#144 and #201 (unsupported and corrupt formats).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Recording, at_least, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    accepted_wav_codecs: tuple[str, ...] = ("PCM", "PCM float")
    warn_below_kbps: float = 128
    fail_below_kbps: float = 64


@rule("voice-format", code="V01", medium="voice", limits=Limits)
def voice_format(recording: Recording, limits: Limits) -> Judgement:
    if recording.container == "MP3" and recording.bit_rate_kbps is not None:
        return at_least(
            recording.bit_rate_kbps,
            warn=limits.warn_below_kbps,
            fail=limits.fail_below_kbps,
            unit="kbit/s",
            says="The MP3 has {measured}; {wanted} or more are wanted.",
        )
    stored = recording.container
    if recording.codec != stored:
        stored += f" with {recording.codec}"
    if recording.container == "WAV" and recording.codec in limits.accepted_wav_codecs:
        return passed("The recording is {measured}.", measured=stored)
    return warned(
        "The recording is {measured}, which not every tool takes; {wanted} is wanted.",
        measured=stored,
        wanted=f"WAV with PCM, or MP3 with {limits.warn_below_kbps:g} kbit/s or more",
    )
