"""One half of the face is brighter than the other.

What it measures: The light on the left half of the face against that on the right, in photographic
stops (a stop is twice the light). Mirrored patches of skin that look forward are compared with each
other, so the tone of the skin, brows, eyes, lips and beard do not count.

Why it matters: The model takes shading for the shape and colour of the face, and keeps it while the
head moves: a dark half stays dark, flickers, or grows features of its own.

How to mend it: Turn towards the window or the lamp until both cheeks are equally bright, put a
second lamp or a white card on the dark side, or move further from the lamp. An editor's shadow
slider helps a little; it cannot restore a half that is black.

References: ISO/IEC 29794-5, illumination uniformity. A lighting ratio of 2:1 is one stop.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Face, Judgement, Light, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_stops: float = 0.7
    fail_above_stops: float = 1.5


@rule("even-light", code="P40", medium="portrait", limits=Limits)
def even_light(light: Light, face: Face, limits: Limits) -> Judgement:
    dark = "right" if light.difference_stops > 0 else "left"
    return at_most(
        abs(light.difference_stops),
        warn=limits.warn_above_stops,
        fail=limits.fail_above_stops,
        unit="stops",
        where=face.region,
        says=f"The sitter's {dark} half of the face is {{measured}} darker than the other; "
        "{wanted} at most are wanted.",
    )
