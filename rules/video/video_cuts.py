"""There are cuts in the video.

What it measures: the moments at which most of the picture changes from one frame to the next, and
jumps of the speaker within one shot. Gestures, pans and flashes are no cuts; a jump that hardly
moves the head is passed over, and does no harm.

Why it matters: A lip-sync model follows one face through the clip. At a cut it loses the face,
takes another one, or smears the old one's mouth into the new shot for a few frames.

How to mend it: Cut the video there into parts, render each with its part of the voice, and join
them afterwards. Or use a take in one piece.

References: numz/sd-wav2lip-uhq#19 (transitions break the run: render the parts apart),
Rudrabha/Wav2Lip#207 (titles and fades).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Cuts, Judgement, Span, info, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above: int = 0


@rule("video-cuts", code="M05", medium="video", limits=Limits)
def video_cuts(cuts: Cuts, limits: Limits) -> Iterator[Judgement]:
    count = len(cuts.times_s)
    if count > limits.warn_above:
        yield warned(
            "There is a cut in the video."
            if count == 1
            else f"There are {count} cuts in the video.",
            measured=count,
            wanted=limits.warn_above,
            where=[Span(at_s, at_s) for at_s in cuts.times_s],
            score=max(0.0, 60.0 - 5.0 * count),
        )
    else:
        yield passed("The video is one shot.", measured=count)
    # The last frame that is needed may lie a moment before the end.
    if cuts.looked_through_s < 0.95 * cuts.video_s:
        yield info(
            "Only the first {measured} were looked through for cuts.",
            measured=cuts.looked_through_s,
            unit="s",
        )
