"""What is measured on a recording: declarations only, light to import.

Levels in dBFS are relative to a full-scale sine's peak for samples and true peaks, and to a
full-scale square's RMS (digital 1.0) for RMS levels. Loudness is ITU-R BS.1770-5.
"""

from qcheck.probes.voice.integrity import (
    Clicks,
    Clipping,
    DigitalSilence,
    Dropouts,
)
from qcheck.probes.voice.loudness import (
    AlikeMoments,
    LevelFade,
    LevelJump,
    Loudness,
    LoudnessCourse,
    LoudnessSpread,
    TruePeak,
)
from qcheck.probes.voice.signal import (
    Channels,
    DcOffset,
    Duration,
    Heard,
    Levels,
    Mono,
)
from qcheck.probes.voice.spectrum import (
    Bandwidth,
    Hum,
    Spectrogram,
)
from qcheck.probes.voice.speech import (
    Pauses,
    Speech,
    VoiceActivity,
    Voiceprints,
    Voices,
)
from qcheck.probes.voice.surroundings import (
    AudioEvents,
    Music,
    NoiseFloor,
    Reverberation,
    SignalToNoise,
)

__all__ = [
    "AlikeMoments",
    "AudioEvents",
    "Bandwidth",
    "Channels",
    "Clicks",
    "Clipping",
    "DcOffset",
    "DigitalSilence",
    "Dropouts",
    "Duration",
    "Heard",
    "Hum",
    "LevelFade",
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
