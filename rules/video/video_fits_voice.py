"""The voice is longer than the video that it goes on, or much shorter.

What it measures: the length of the voice beside that of the video, in seconds. Only where both are
checked together: in one job, or with the same name.

Why it matters: Where the video ends before the voice, the last words are cut off, or the picture
starts again from the beginning in mid-sentence. Where the voice ends long before, the rest is cut
away, or the speaker goes on moving without a word; both are paid for.

How to mend it: Cut the video to the length of the voice, or take a longer piece of it. Too short a
video can be played forwards and backwards once before it is sent. Do not stretch it: the movement
of head and hands changes its pace.

References: bytedance/LatentSync#99 (5 s of video and 30 s of voice give 5 s), Rudrabha/Wav2Lip#244
(a short video is looped); sync.so, "sync mode": make the lengths close before submitting.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, VoiceFit, at_most, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_longer_s: float = 0.3
    """How much longer the voice may be: the silence after the last word."""
    fail_above_longer_s: float = 1
    warn_above_shorter_s: float = 3


@rule("video-fits-voice", code="M07", medium="video", limits=Limits)
def video_fits_voice(fit: VoiceFit, limits: Limits) -> Judgement:
    longer_s = fit.longer_s
    if longer_s > limits.warn_above_longer_s:
        return at_most(
            longer_s,
            warn=limits.warn_above_longer_s,
            fail=limits.fail_above_longer_s,
            unit="s",
            says=f"The voice lasts {fit.voice_s:.1f} s and the video {fit.video_s:.1f} s: the "
            "voice goes on for {measured} after the picture; {wanted} at most is wanted.",
        )
    if -longer_s > limits.warn_above_shorter_s:
        return at_most(
            -longer_s,
            warn=limits.warn_above_shorter_s,
            unit="s",
            says=f"The voice lasts {fit.voice_s:.1f} s and the video {fit.video_s:.1f} s: the "
            "picture goes on for {measured} after the voice; {wanted} at most are wanted.",
        )
    return passed(
        f"The voice lasts {fit.voice_s:.1f} s and the video {fit.video_s:.1f} s.",
        measured=abs(longer_s),
        unit="s",
    )
