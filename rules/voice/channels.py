"""A channel is dead, upside down or much quieter, or there are more than two.

What it measures: how many channels there are, which of them hold no sound, whether two cancel each
other, and how far their levels differ.

Why it matters: Models mix the channels into one. A pair that cancels leaves silence; a dead
channel halves the voice; listeners hear the speaker in one ear only.

How to mend it: A voice needs one channel: export the recording as mono, from the good channel
alone where one is dead, inverted or much quieter. Record with one microphone on one mono track.

References: The mean of two inverted channels is zero; of a dead and a live one it is 3 dB (in
power) to 6 dB (in amplitude) less.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Channels, Judgement, at_most, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    warn_above_channels: int = 2
    warn_above_difference_db: float = 6


@rule("channels", code="V41", medium="voice", limits=Limits)
def channels(channels: Channels, limits: Limits) -> Judgement:
    if channels.inverted:
        return failed(
            "The two channels cancel each other (correlation {measured}): mixed to one, as models "
            "do, the voice is gone.",
            measured=channels.correlation,
            wanted=0.0,
        )
    if channels.dead:
        return failed(
            f"Channel {' and '.join(map(str, channels.dead))} of {channels.count} holds no sound.",
            measured=float(len(channels.dead)),
            wanted=0.0,
        )
    if channels.count > limits.warn_above_channels:
        return warned(
            "The recording has {measured} channels; a voice needs one, {wanted} at most.",
            measured=float(channels.count),
            wanted=float(limits.warn_above_channels),
        )
    if channels.count == 1:
        return passed("The recording has one channel, as a voice should.", measured=1.0)
    return at_most(
        channels.difference_db,
        warn=limits.warn_above_difference_db,
        unit="dB",
        says="The levels of the channels differ by {measured}; {wanted} or less is wanted.",
    )
