"""One half of the face is brighter than the other, or the light misses the face.

What it measures: The light on the left half of the face against that on the right, in photographic
stops (a stop is twice the light). Mirrored patches of skin that look forward are compared with each
other, so the tone of the skin, brows, eyes, lips and beard do not count. And how far the skin lies
below its brightest parts on average, beyond what soft light from the front does: that tells of
lamps above, below and behind, which leave both halves equally dark.

Why it matters: The model takes shading for the shape and colour of the face, and keeps it while the
head moves: a dark half stays dark, flickers, or grows features of its own.

How to mend it: Turn towards the window or the lamp until both cheeks are equally bright, put a
second lamp or a white card on the dark side, or move further from the lamp. Bring a lamp that hangs
too high, or stands behind, to the front. An editor's shadow slider helps a little; it cannot
restore a half that is black.

References: ISO/IEC 29794-5, illumination uniformity. A lighting ratio of 3:1, which portrait
schools give as the most for an even portrait, is 1.6 stops. Sixty studio portraits differ by 0.7
stops at most; one official portrait in thirty, lit with a large lamp from one side, exceeds 1.5.
Faces lit from within 12 degrees fall off by 1.6 stops at most, those lit from 50 degrees and more
by 2.2 at least (Extended Yale B).
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Face, Inapplicable, Judgement, Light, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above_stops: float = 1.5
    fail_above_stops: float = 3.0
    """Difference between the halves; an eighth of the light is what low-key portraits leave."""
    warn_above_falloff_stops: float = 2.0
    fail_above_falloff_stops: float = 2.8
    """Mean depth of the skin below its brightest parts."""
    dark_below_luminance: float = 0.03
    """Linear light; a face without a patch that is brighter is dark, whatever the reason."""


@rule("even-light", code="P40", medium=("portrait", "video"), limits=Limits)
def even_light(light: Light, face: Face, limits: Limits) -> Judgement:
    if light.brightest_luminance < limits.dark_below_luminance:
        raise Inapplicable("hardly any light falls on the face, which exposure tells")
    dark = "right" if light.difference_stops > 0 else "left"
    halves = at_most(
        abs(light.difference_stops),
        warn=limits.warn_above_stops,
        fail=limits.fail_above_stops,
        unit="stops",
        where=face.region,
        says=f"The sitter's {dark} half of the face is {{measured}} darker than the other; "
        "{wanted} at most are wanted.",
    )
    whole = at_most(
        light.falloff_stops,
        warn=limits.warn_above_falloff_stops,
        fail=limits.fail_above_falloff_stops,
        unit="stops",
        where=face.region,
        says="The light misses most of the face: its skin lies {measured} below its brightest "
        "parts; {wanted} at most are wanted.",
    )
    if (halves.severity or 0) >= (whole.severity or 0):
        return halves
    return whole
