"""What is measured on a recording: declarations only, light to import.

Levels in dBFS are relative to a full-scale sine's peak for samples and true peaks, and to a
full-scale square's RMS (digital 1.0) for RMS levels. Loudness is ITU-R BS.1770-5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qcheck.core.places import Span
from qcheck.core.probe import probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "AudioEvents",
    "Bandwidth",
    "Channels",
    "Clipping",
    "DcOffset",
    "DigitalSilence",
    "Dropouts",
    "Duration",
    "Heard",
    "Hum",
    "LevelJump",
    "Levels",
    "Loudness",
    "LoudnessCourse",
    "LoudnessSpread",
    "Mono",
    "Music",
    "NoiseFloor",
    "Pauses",
    "Reverberation",
    "SignalToNoise",
    "Spectrogram",
    "Speech",
    "TruePeak",
    "VoiceActivity",
    "Voiceprints",
    "Voices",
]


@probe("qcheck.probes.levels:measure_duration")
@dataclass(frozen=True)
class Duration:
    """How long the recording is."""

    duration_s: float


@probe("qcheck.probes.channels:measure_channels")
@dataclass(frozen=True)
class Channels:
    """How the channels of a recording relate. Channels are numbered from 1."""

    count: int
    dead: tuple[int, ...]
    """Channels without sound beside one that has some."""
    inverted: bool
    """The first two live channels cancel each other when they are mixed."""
    correlation: float
    """Of the first two live channels, −1 to 1; 1 where there is only one."""
    difference_db: float
    """Level between the loudest and the quietest live channel."""


@probe("qcheck.probes.channels:measure_dc_offset")
@dataclass(frozen=True)
class DcOffset:
    """The largest mean of a channel, as a share of full scale."""

    offset_share: float


@probe("qcheck.probes.channels:mix_to_mono")
@dataclass(frozen=True)
class Mono:
    """What a model hears: the channels' average, without the dead and the inverted ones."""

    samples: NDArray[np.float32] = field(repr=False)
    """(frames,), full scale ±1.0, mean removed."""
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


@probe("qcheck.probes.speech:resample")
@dataclass(frozen=True)
class Heard:
    """:class:`Mono` at the rate that nearly every driven model hears."""

    samples: NDArray[np.float32] = field(repr=False)
    """(frames,)."""

    RATE_HZ = 16_000


@probe("qcheck.probes.levels:measure_levels")
@dataclass(frozen=True)
class Levels:
    """The level of :class:`Mono`, frame by frame."""

    power: NDArray[np.float64] = field(repr=False)
    """(n,): mean square of each 10 ms."""
    empty: NDArray[np.bool_] = field(repr=False)
    """(n,): every sample of the frame, in every channel, is exactly zero."""

    HOP_S = 0.01


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


@probe("qcheck.probes.loudness:measure_course")
@dataclass(frozen=True)
class LoudnessCourse:
    """K-weighted loudness over time (ITU-R BS.1770-5, EBU Tech 3341)."""

    power: NDArray[np.float64] = field(repr=False)
    """(k,): weighted mean square of each 10 ms, summed over the channels."""
    gating_lufs: NDArray[np.float64] = field(repr=False)
    """(k,): of the 400 ms that start at each 100 ms: the standard's gating blocks."""
    momentary_lufs: NDArray[np.float64] = field(repr=False)
    """(n,): of the 400 ms that start at each 10 ms."""
    short_term_lufs: NDArray[np.float64] = field(repr=False)
    """(m,): of the 3 s that start at each 10 ms; empty for less than 3 s of sound."""

    HOP_S = 0.01


@probe("qcheck.probes.loudness:measure_loudness")
@dataclass(frozen=True)
class Loudness:
    """Loudness of the whole recording."""

    integrated_lufs: float
    momentary_max_lufs: float


@probe("qcheck.probes.loudness:measure_spread")
@dataclass(frozen=True)
class LoudnessSpread:
    """How much the loudness of the speech changes."""

    range_lu: float | None
    """Loudness range (EBU Tech 3342) of the speech without its pauses, which are no change of
    loudness; None for less than 3 s of speech."""
    halves_lu: float | None
    """Between the first and the second half of the speech; None where there is too little."""
    step_lu: float
    """The largest step at a pause, from the speech before it to that after; 0 without a pause."""
    step_at: Span | None
    """That pause."""
    speech_s: float


@probe("qcheck.probes.jumps:find_jump")
@dataclass(frozen=True)
class LevelJump:
    """Where the level most likely jumps, and stays there."""

    size_db: float
    """How far the level of the speech moves there."""
    odds: float
    """How much likelier a jump by 6 dB there is than none, as a natural logarithm; 0 where none
    is likelier, and for less than 2.5 s of speech."""
    at: Span | None
    """Where it may be: from the first to the last place with nearly these odds."""


@probe("qcheck.probes.loudness:measure_true_peak")
@dataclass(frozen=True)
class TruePeak:
    """The largest value of the continuous signal (ITU-R BS.1770-5 Annex 2)."""

    peak_dbtp: float
    at: Span


@probe("qcheck.probes.integrity:find_clipping")
@dataclass(frozen=True)
class Clipping:
    """Flattened peaks."""

    share: float
    """Flattened samples of all samples."""
    spans: tuple[Span, ...]
    """Where, near ones joined."""
    ceiling_dbfs: float
    """The level that the peaks were cut at."""
    flattening: float
    """How much flatter the highest peaks are than lower ones, in standard deviations: what is left
    of a cut after MP3 or a soft limiter; 0 where there are too few peaks. Where the loud moments
    are nearly square waves, as much above 1 as their crest factors are too low, in dB."""
    exact: bool
    """Whether the flattened samples are runs of equal ones; else they are told by their shape."""

    @property
    def degree(self) -> float:
        """How sure the cut is, to compare recordings by."""
        return max(self.flattening, 2.0 + 100.0 * self.share if self.exact else self.flattening)


@probe("qcheck.probes.integrity:find_digital_silence")
@dataclass(frozen=True)
class DigitalSilence:
    """Exact zeros, which no microphone delivers."""

    all_zero: bool
    gaps: tuple[Span, ...]
    """Stretches of zeros between the first and the last sound."""


@probe("qcheck.probes.integrity:find_dropouts")
@dataclass(frozen=True)
class Dropouts:
    """Moments inside a sound at which it is missing."""

    gaps: tuple[Span, ...]


@probe("qcheck.probes.spectrum:measure_spectrogram")
@dataclass(frozen=True)
class Spectrogram:
    """Power spectra of :class:`Mono`, frames of 43 ms side by side, summed up."""

    loud: NDArray[np.float64] = field(repr=False)
    """(bins,): a high percentile over time of each bin's power, 0 to half the sample rate."""
    bin_hz: float
    bands: NDArray[np.float32] = field(repr=False)
    """(frames, bands): mean square of each frame in thirds of an octave."""
    edges_hz: NDArray[np.float64] = field(repr=False)
    """(bands + 1,): where the bands begin and end."""
    middles_s: NDArray[np.float64] = field(repr=False)
    """(frames,): the middle of each frame."""


@probe("qcheck.probes.spectrum:measure_bandwidth")
@dataclass(frozen=True)
class Bandwidth:
    """The highest frequency that is really there."""

    bandwidth_hz: float
    nyquist_hz: float
    """Half the sample rate: what the file could hold."""


@probe("qcheck.probes.spectrum:measure_hum")
@dataclass(frozen=True)
class Hum:
    """Mains hum: a steady tone of 50 or 60 Hz and its harmonics."""

    level_dbfs: float
    mains_hz: float
    """50 or 60, whichever is the stronger."""
    certain: bool
    """False for less than 3 s, in which a word may be as steady as a hum."""
    listened_s: float
    """Of less than some seconds a drawn-out rumble cannot be excluded."""


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
