"""Too few frames a second, too many, or frames at uneven times.

What it measures: the mean number of frames a second, and the share of frames that are shown clearly
shorter or longer than most. Both come from the times of the frames, not from the header.

Why it matters: Lips are readable from about 15 frames a second on, and models are trained at 25:
with fewer frames the mouth jumps from sound to sound. A phone's or a video call's uneven frames are
taken for even ones, and the lips run ahead of the voice or behind it.

How to mend it: Record at 25 or 30 frames a second. Export a recording with uneven frames again at a
constant frame rate of 25 or 30; a screen or phone recorder has a setting for it. Making frames up
between those of a slow video gives no lips.

References: Vitkovitch and Barber, Effect of video frame rate on subjects' ability to shadow speech,
JSHR 37 (1994): worse below 17 frames a second; Fantasy-AMAP/fantasy-talking#57 (lips off at 16
frames a second), KlingAIResearch/LivePortrait#343 (rates that differ drift by half a second).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Footage, Judgement, at_least, at_most, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    fail_below: float = 15
    warn_below: float = 23.5
    """Cinema's 24000/1001 passes."""
    warn_above: float = 61
    warn_above_uneven_share: float = 0.1
    """A recorder that drops a frame now and then does no harm."""


@rule("video-frame-rate", code="M04", medium="video", limits=Limits)
def video_frame_rate(footage: Footage, limits: Limits) -> Iterator[Judgement]:
    rate = footage.frames_per_second
    if footage.frames < 2:
        yield at_least(
            float(footage.frames),
            fail=2.0,
            says="The video is a single frame; {wanted} or more make a video.",
        )
        return
    if rate < limits.warn_below:
        yield at_least(
            rate,
            warn=limits.warn_below,
            fail=limits.fail_below,
            unit="frames/s",
            says="The video has {measured}; {wanted} or more are wanted.",
        )
    else:
        yield at_most(
            rate,
            warn=limits.warn_above,
            unit="frames/s",
            says="The video has {measured}; {wanted} at most are wanted.",
        )
    if footage.uneven_share > limits.warn_above_uneven_share:
        yield warned(
            "The frame rate varies: {measured} of the frames are shown clearly shorter or longer "
            "than most; {wanted} at most is wanted.",
            measured=footage.uneven_share,
            wanted=limits.warn_above_uneven_share,
            unit="share",
        )
    else:
        yield passed("The frames are even.", measured=footage.uneven_share, unit="share")
