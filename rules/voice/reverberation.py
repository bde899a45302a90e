"""The room rings on after the words.

What it measures: how slowly the sound dies away when the speaker stops, in seven bands of pitch,
and from that how likely it is that the room takes 0.6 seconds or more to fall silent (by 60 dB).

Why it matters: An echoing voice sounds far away while the face is near. The model that drives the
face hears the end of one sound mixed into the next, so lips smear and close too late.

How to mend it: Go near to the microphone, a hand's width or two. Choose a small room with carpet,
curtains, sofa or bed; a wardrobe full of clothes behind the microphone helps most. Bathrooms,
kitchens and empty rooms ring. What is recorded can be dried a little with a de-reverb filter, but a
new take in a softer room is better.

References: ISO 3382 (reverberation time); Ratnam and others, "Blind estimation of reverberation
time", Journal of the Acoustical Society of America 114, 2003.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Reverberation, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_likelihood_share: float = 0.5


@rule("reverberation", code="V24", medium="voice", limits=Limits)
def reverberation(reverberation: Reverberation, limits: Limits) -> Judgement:
    return at_most(
        reverberation.likelihood,
        warn=limits.warn_above_likelihood_share,
        unit="share",
        says="A room that rings for 0.6 s or more is {measured} likely; {wanted} or less is "
        "wanted.",
    )
