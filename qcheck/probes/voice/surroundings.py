"""What is heard beside the voice: noise, music, the room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["AudioEvents", "Music", "NoiseFloor", "Reverberation", "SignalToNoise"]


@probe("qcheck.probes.noise:measure_noise_floor")
@dataclass(frozen=True)
class NoiseFloor:
    """The noise between the words."""

    floor_dbfs: float
    without_hum_dbfs: float
    """What is left of it without a hum, which has a measure of its own."""
    without_rumble_dbfs: float
    """What is left of it without what lies below every voice, as after a low cut at 100 Hz."""
    method: str
    """How it was found. ``pauses``: where no speech is heard. ``quietest``: speech hardly pauses,
    but its quietest moments lie at one level, which is the noise's. ``bound``: they do not, and the
    noise is at most this loud. ``gated``: the same, because the pauses are digital silence."""
    listened_s: float
    """How much sound the figure rests on."""

    @property
    def certain(self) -> bool:
        """Whether it is the noise's level and no upper bound."""
        return self.method in ("pauses", "quietest")


@probe("qcheck.probes.noise:measure_signal_to_noise")
@dataclass(frozen=True)
class SignalToNoise:
    """The speech's level against the noise floor."""

    snr_db: float
    without_hum_db: float
    """Against what is left of the noise without a hum, or without a rumble."""
    heard_db: float
    """As an ear weighs both, and with the noise under the words: hiss that follows the voice."""
    speech_dbfs: float
    floor_dbfs: float
    certain: bool
    """Whether the floor is the noise's level; else the ratio is a lower bound."""


@probe("qcheck.probes.music:hear_events")
@dataclass(frozen=True)
class AudioEvents:
    """What an audio event model hears."""

    probability: NDArray[np.float32] = field(repr=False)
    """(n, 3): of speech, singing and music, for each 10 ms that it listened to."""


@probe("qcheck.probes.music:listen_for_music")
@dataclass(frozen=True)
class Music:
    """Whether music plays under the speech."""

    likelihood: float
    """0 to 1: 0.5 is what two recordings without music in a hundred reach."""


@probe("qcheck.probes.reverberation:judge_room")
@dataclass(frozen=True)
class Reverberation:
    """Whether the room rings on after the words."""

    likelihood: float
    """Of a reverberation time of 0.6 s and more, 0 to 1: 0.5 is what few normal rooms reach."""
