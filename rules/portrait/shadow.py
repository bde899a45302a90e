"""Heavy shadow lies on the face.

What it measures: The share of the face's skin that is more than two and a half stops (less than a
sixth of the light) below the lit skin. Darkness below the cheekbones that is alike on both sides
does not count where the rest is lit: it may be a beard. Where one half of the face is far darker
than the other, or light misses most of it, `even-light` tells of it alone. Dark glasses, masks and
hands are no shadow: where something covers the face, the rule has nothing to say.

Why it matters: In deep shadow the model sees neither the edge of the lips nor that of the lids, and
invents them; hard shadow edges are taken for features and move along with the face.

How to mend it: Use a larger or a second lamp, a white card opposite the lamp, or a window without
direct sun. Take off the hat that throws the shadow; turn away from light that comes from straight
above.

References: kijai/ComfyUI-LivePortraitKJ#131 (a shadowed face is not found). Sixty studio portraits
have no such skin, faces lit from 50 degrees and more beside the camera a quarter to two thirds.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Covering, Face, Inapplicable, Judgement, Light, at_most, rule


@dataclass(frozen=True)
class Limits:
    warn_above: float = 0.20
    """Locks of hair over the temples reach .19."""
    fail_above: float = 0.30
    one_sided_above_stops: float = 1.5
    """A difference between the halves at which the shadow is that of side light."""
    unlit_above_falloff_stops: float = 2.0
    """A mean depth at which the light comes from above, below or behind."""


@rule("shadow", code="P41", medium="portrait", limits=Limits)
def shadow(light: Light, covering: Covering, face: Face, limits: Limits) -> Judgement:
    if abs(light.difference_stops) > limits.one_sided_above_stops:
        raise Inapplicable("the light comes from one side, which even-light tells")
    if light.falloff_stops > limits.unlit_above_falloff_stops:
        raise Inapplicable("the light misses most of the face, which even-light tells")
    if covering.eyes_covered or covering.mouth_covered:
        raise Inapplicable("what covers the face cannot be told from shadow on it")
    return at_most(
        light.shadow_share,
        warn=limits.warn_above,
        fail=limits.fail_above,
        unit="share",
        where=face.region,
        says="{measured} of the face's skin lies in heavy shadow; {wanted} at most is wanted.",
    )
