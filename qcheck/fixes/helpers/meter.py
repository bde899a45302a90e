"""The meter of the repairs: pyloudnorm, which had no part in the rule that asked for them.

The rule measures with our own course of loudness, which is quicker and also finds jumps and halves.
What a repair sets and promises is measured by an implementation of BS.1770 that others rely on, so
that the check of the new file confirms it by a second one. Importing it takes 0.8 s, most of it
scipy's, and 30 s of sound 0.06 s: no check waits for that, only a recording that is turned up or
down.
"""

from __future__ import annotations

import math

from qcheck.media.content import Recording
from qcheck.probes.loudness import measure_course, measure_loudness

__all__ = ["loudness_lufs"]

# pyloudnorm weighs channels as left, right, centre and surrounds: right for these, but not for
# quadraphony, whose third channel is a surround, and it refuses more than five.
_CHANNELS = (1, 2, 3, 5)


def loudness_lufs(recording: Recording) -> float:
    """Integrated loudness, gated.

    By our own measure where pyloudnorm has none: below the absolute gate of −70 LUFS, and for other
    channels. Raises Unmeasurable for digital silence and for less than 400 ms.
    """
    if recording.channels in _CHANNELS:
        import pyloudnorm

        # De Man's filters hold at any sample rate, as ours do; the default ones do not.
        meter = pyloudnorm.Meter(recording.rate_hz, filter_class="DeMan")
        lufs = float(meter.integrated_loudness(recording.samples))
        if math.isfinite(lufs):
            return lufs
    return measure_loudness(measure_course(recording)).integrated_lufs
