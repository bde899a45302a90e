"""Where somebody speaks, and how many people do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Span
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Pauses", "Speech", "VoiceActivity", "Voiceprints", "Voices"]


@probe("qcheck.probes.speech:hear_voice")
@dataclass(frozen=True)
class VoiceActivity:
    """What the voice activity detector hears."""

    probability: NDArray[np.float32] = field(repr=False)
    """(n,): how likely it is that somebody speaks, for each 32 ms."""

    HOP_S = 0.032


@probe("qcheck.probes.speech:find_speech")
@dataclass(frozen=True)
class Speech:
    """Where somebody speaks."""

    spans: tuple[Span, ...]
    duration_s: float
    """Of the whole recording."""

    @property
    def speech_s(self) -> float:
        return sum(span.seconds for span in self.spans)

    @property
    def share(self) -> float:
        return self.speech_s / self.duration_s if self.duration_s else 0.0


@probe("qcheck.probes.speech:find_pauses")
@dataclass(frozen=True)
class Pauses:
    """Where nobody speaks, though somebody does elsewhere."""

    before: Span
    """From the recording's start to the first word."""
    inside: tuple[Span, ...]
    """Between two stretches of speech."""
    after: Span
    """From the last word to the recording's end."""

    @property
    def longest_s(self) -> float:
        """Of the pauses inside; 0 where there is none."""
        return max((pause.seconds for pause in self.inside), default=0.0)


@probe("qcheck.probes.speakers:take_voiceprints")
@dataclass(frozen=True)
class Voiceprints:
    """Who seems to speak, stretch by stretch."""

    vectors: NDArray[np.float32] = field(repr=False)
    """(n, 256): of unit length; alike where one person speaks."""
    middles_s: NDArray[np.float64] = field(repr=False)
    """(n,): when each stretch of 1.6 s of speech is half over."""


@probe("qcheck.probes.speakers:count_voices")
@dataclass(frozen=True)
class Voices:
    """Whether one voice speaks, or two that take turns."""

    two_likelihood: float
    """0 to 1: 0.5 is as far apart as one voice in a hundred is from itself."""
    second: tuple[Span, ...]
    """Where the one that speaks less is heard; empty for one voice."""
    speech_s: float
    """How much speech there was to compare."""

    @property
    def count(self) -> int:
        return 2 if self.two_likelihood >= 0.5 else 1
