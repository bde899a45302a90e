"""How channels relate, and what is left when they are mixed to one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Recording
from qcheck.probes.voice import Channels, DcOffset, Mono

__all__ = ["measure_channels", "measure_dc_offset", "mix_to_mono"]

# A channel this far below the loudest carries crosstalk and converter noise, no voice: the
# worst interface in use has some 60 dB of separation.
_DEAD_BELOW_DB = -60.0

# Mixing two channels whose correlation is r leaves (1 + r) / 2 of their power; −0.7 costs 8 dB.
_INVERTED_BELOW = -0.7

_BLOCK = 1 << 18


def measure_channels(recording: Recording) -> Channels:
    """Compare channels by level and by the correlation of the first two live ones."""
    power = _channel_power(recording.samples)
    loudest = float(power.max())
    if loudest <= 0.0:
        return Channels(recording.channels, (), False, 1.0, 0.0)
    dead = power < loudest * 10 ** (_DEAD_BELOW_DB / 10)
    live = np.flatnonzero(~dead)
    difference_db = 10 * np.log10(loudest / power[live].min())
    correlation = 1.0
    if len(live) > 1:
        correlation = _correlation(recording.samples, int(live[0]), int(live[1]))
    return Channels(
        count=recording.channels,
        dead=tuple(int(channel) + 1 for channel in np.flatnonzero(dead)),
        inverted=correlation < _INVERTED_BELOW,
        correlation=correlation,
        difference_db=float(difference_db),
    )


def measure_dc_offset(recording: Recording) -> DcOffset:
    """The mean of each channel; the worst counts."""
    return DcOffset(float(np.abs(recording.samples.mean(axis=0, dtype=np.float64)).max()))


def mix_to_mono(recording: Recording, channels: Channels) -> Mono:
    """Average the live channels; where they cancel, the first live one stands for all."""
    samples = recording.samples
    live = [c for c in range(recording.channels) if c + 1 not in channels.dead]
    if len(live) == 1 or channels.inverted:
        mono = samples[:, live[0]].copy()
    else:
        mono = samples[:, live].mean(axis=1, dtype=np.float32)
    mono -= np.float32(mono.mean(dtype=np.float64))
    return Mono(mono, recording.rate_hz)


def _channel_power(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Variance of each channel, block by block to save memory."""
    total, squares = np.zeros(samples.shape[1]), np.zeros(samples.shape[1])
    for at in range(0, len(samples), _BLOCK):
        block = samples[at : at + _BLOCK].astype(np.float64)
        total += block.sum(axis=0)
        squares += np.square(block).sum(axis=0)
    power: NDArray[np.float64] = np.maximum(
        squares / len(samples) - np.square(total / len(samples)), 0.0
    )
    # What float64 leaves over of a constant is no sound.
    power[power < 1e-20] = 0.0
    return power


def _correlation(samples: NDArray[np.float32], one: int, other: int) -> float:
    """Pearson's, of two channels that both have sound."""
    means = samples[:, [one, other]].mean(axis=0, dtype=np.float64)
    products = np.zeros((2, 2))
    for at in range(0, len(samples), _BLOCK):
        block = samples[at : at + _BLOCK, [one, other]].astype(np.float64) - means
        products += block.T @ block
    return float(products[0, 1] / np.sqrt(products[0, 0] * products[1, 1]))
