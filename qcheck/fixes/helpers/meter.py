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
_STANDARD_HZ = 48_000


def loudness_lufs(recording: Recording) -> float:
    """Integrated loudness, gated.

    By our own measure where pyloudnorm has none: below the absolute gate of −70 LUFS, and for other
    channels. Raises Unmeasurable for digital silence and for less than 400 ms.
    """
    if recording.channels in _CHANNELS:
        import pyloudnorm
        import soxr

        # The standard's filters are those for 48 kHz; made anew for 8 kHz they are 0.25 LU off.
        samples = recording.samples
        if recording.rate_hz != _STANDARD_HZ:
            samples = soxr.resample(samples, recording.rate_hz, _STANDARD_HZ, quality="HQ")
        meter = pyloudnorm.Meter(_STANDARD_HZ, filter_class="DeMan")
        lufs = float(meter.integrated_loudness(samples))
        if math.isfinite(lufs):
            return lufs
    return measure_loudness(measure_course(recording)).integrated_lufs
