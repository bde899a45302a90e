"""What a library makes of a recording, before it is looked over, and what no recording may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qcheck.media.content import Undecodable

__all__ = ["RawSound", "check_shape", "too_long"]

# Slowest speech codecs sample at 8 kHz, the fastest converters at 768 kHz; a header outside of this
# is damaged or a trap, and libraries that take a rate for granted would stall on it.
_RATES_HZ = (2_000, 768_000)


@dataclass(frozen=True)
class RawSound:
    """What a library made of a file, before it is looked over."""

    samples: NDArray[np.float32]
    rate_hz: int
    container: str
    codec: str
    bits_per_sample: int | None
    bit_rate_kbps: float | None
    variable_bit_rate: bool
    faults: tuple[str, ...]
    plays_until_s: float | None = None
    """Where players that believe the header stop although sound goes on."""
    joined_files: int = 1
    streamed: bool = False
    checksum_wrong: bool = False

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz


def check_shape(rate_hz: int, channels: int) -> None:
    """Raises :class:`Undecodable` for what no recording has, in one clause for a person."""
    if not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        raise Undecodable(
            f"its header claims a sample rate of {rate_hz} Hz, which no recording has"
        )
    if not 1 <= channels <= 255:
        raise Undecodable(f"its header claims {channels} channels")


def too_long(read_s: float) -> str:
    """What is wrong with a recording that is longer than may be, as a clause."""
    read = f"{read_s / 60:.0f} minutes" if read_s >= 120 else f"{read_s:.0f} s"
    return f"it is far longer than any clip: only its first {read} were read"
