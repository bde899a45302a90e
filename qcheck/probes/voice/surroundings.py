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
    """With everything that is in it."""
    net_dbfs: float
    """What is left of it without mains hum, which has a measure of its own, and without the rumble
    below every voice, as after a low cut at 100 Hz."""
    method: str
    """How it was found. ``pauses``: where no voice is heard. ``quietest``: speech hardly pauses,
    but its quietest moments lie at one level, which is the noise's. ``bound``: they do not, and the
    noise is at most this loud. ``gated``: the same, because the pauses are digital silence.
    ``doubtful``: what seemed to be pauses is louder than most of the recording, so that it is no
    noise between words."""
    listened_s: float
    """How much sound the figure rests on."""

    @property
    def certain(self) -> bool:
        """Whether it is the noise's level and no upper bound."""
        return self.method in ("pauses", "quietest")


@probe("qcheck.probes.signal_to_noise:measure_signal_to_noise")
@dataclass(frozen=True)
class SignalToNoise:
    """The speech's level against the noise's."""

    heard_db: float
    """As an ear weighs both, without hum and rumble, and with the noise under the words: hiss that
    follows the voice. Never below 0."""
    between_db: float
    """The same against the noise in the pauses alone. Never below 0."""
    snr_db: float
    """Of the plain levels, with everything that is in the noise. Never below 0."""
    speech_dbfs: float
    floor_dbfs: float
    certain: bool
    """Whether the floor is the noise's level; else the ratios are lower bounds."""


@probe("qcheck.probes.music:hear_events")
@dataclass(frozen=True)
class AudioEvents:
    """What an audio event model hears."""

    probability: NDArray[np.float32] = field(repr=False)
    """(n, 3): of speech, singing and music, for each 10 ms that it listened to."""
    times_s: NDArray[np.float64] = field(repr=False)
    """(n,): when each of them is half over."""


@probe("qcheck.probes.music:listen_for_music")
@dataclass(frozen=True)
class Music:
    """Whether music plays under the speech."""

    likelihood: float
    """0 to 1: 0.5 is what two recordings without music in a hundred reach. 0 for less than 2 s,
    which do not tell."""
    listened_s: float

    SURE_SHARE = 0.9
    LEAST_S = 2.0

    @property
    def surely_plays(self) -> bool:
        """So likely that what is heard between the words is put down to it."""
        return self.likelihood > self.SURE_SHARE


@probe("qcheck.probes.reverberation:judge_room")
@dataclass(frozen=True)
class Reverberation:
    """Whether the room rings on after the words."""

    likelihood: float
    """Of a reverberation time of 0.6 s and more, 0 to 1: 0.5 is what few normal rooms reach."""
