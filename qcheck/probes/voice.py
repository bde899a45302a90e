"""What is measured on a recording: declarations only, light to import.

Levels in dBFS are relative to a full-scale sine's peak for samples and true peaks, and to a
full-scale square's RMS (digital 1.0) for RMS levels. Loudness is ITU-R BS.1770-5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.probes.base import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Recording"]


@probe("qcheck.media.decode:recording")
@dataclass(frozen=True)
class Recording:
    """The decoded recording and how it was stored."""

    samples: NDArray[np.float32] = field(repr=False)
    """(frames, channels), full scale ±1.0; integer formats are divided by 2^(bits-1)."""
    rate_hz: int
    container: str
    """``WAV``, ``MP3``, ``FLAC``, ``Ogg``, ``M4A``, …"""
    codec: str
    """``PCM``, ``MP3``, ``FLAC``, ``Vorbis``, ``Opus``, ``AAC``, …"""
    bits_per_sample: int | None
    """None for lossy codecs."""
    bit_rate_kbps: float | None
    """Mean bit rate of the coded audio from its frames; None for lossless codecs."""
    variable_bit_rate: bool

    @property
    def frames(self) -> int:
        return int(self.samples.shape[0])

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        return self.frames / self.rate_hz
