"""Leaves the channels that hold the voice, the right way up.

A dead or much quieter channel is left out, an inverted one is flipped, more than two become one.
No sample of what stays is changed, but by its sign; only where several are mixed are they averaged.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.media.content import Recording
from qcheck.probes.voice import Channels


@fix("channels", medium="voice", turn=10, answers=("channels",))
def repair_channels(recording: Recording, channels: Channels, wish: Wish) -> Repaired | None:
    """Leave out dead channels, flip inverted ones, mix more than two."""
    samples, done = recording.samples, []
    if channels.dead and len(channels.dead) < channels.count:
        live = [c for c in range(channels.count) if c + 1 not in channels.dead]
        samples = samples[:, live]
        dead = " and ".join(map(str, channels.dead))
        done.append(f"channel {dead} of {channels.count}, which held no sound, is left out")
    if channels.inverted and samples.shape[1] >= 2:
        samples = samples.copy()
        samples[:, 1] = -samples[:, 1]
        done.append(f"a channel turned upside down (correlation {channels.correlation:.2f})")
    if samples.shape[1] > wish.limit("channels", "warn_above_channels"):
        done.append(f"{samples.shape[1]} channels mixed to one")
        samples = samples.mean(axis=1, dtype=np.float64, keepdims=True).astype(np.float32)
    if (
        not done
        and samples.shape[1] == 2
        and channels.difference_db > wish.limit("channels", "warn_above_difference_db")
    ):
        louder = int(np.square(samples, dtype=np.float64).mean(axis=0).argmax())
        samples = samples[:, [louder]]
        done.append(
            f"channel {louder + 1} alone is kept: the other is {channels.difference_db:.1f} dB "
            "quieter"
        )
    if not done:
        return None
    kept = np.ascontiguousarray(samples)
    return Repaired((dataclasses.replace(recording, samples=kept),), "; ".join(done))
