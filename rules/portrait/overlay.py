"""A bar, a sticker or a mosaic is laid over the face.

What it measures: The share of the face that is of exactly one colour, or made of equal squares, as
nothing in front of a lens is. Words, see-through watermarks, blurred parts and shaded stickers are
not found.

Why it matters: The model animates what it sees: a bar over the eyes stays a bar, a sticker moves
with the cheek, and a mosaic flickers.

How to mend it: Use the picture from before it was edited. A mark cannot be taken off: what lies
under it is gone, and a repair invents a face.

References: fudan-generative-vision/hallo#172 (nothing in front of the face);
ISO/IEC 29794-5:2025, face occlusion.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Covering, Inapplicable, Judgement, Mark, at_most, listed, rule

# What the clip is made of: the model cannot do without them.
_FEATURES = ("an eye", "the nose", "the mouth")
_KINDS = {"patch": "A bar, a sticker or another plain mark", "mosaic": "A mosaic"}


@dataclass(frozen=True)
class Limits:
    warn_above_share: float = 0.0
    """Share of the face that may lie under a mark."""
    fail_above_share: float = 0.0
    """The same where an eye, the nose or the mouth lies under it."""


@rule("overlay", code="P37", medium="portrait", limits=Limits)
def overlay(mark: Mark, covering: Covering, limits: Limits) -> Judgement:
    parts = mark.hides
    # Dark lenses and plain masks are of one colour where they are drawn or crushed.
    if covering.eyes_covered and not {"the nose", "the mouth"} & set(parts):
        raise Inapplicable("the eyes are covered, which eyes-visible reports")
    if covering.mouth_covered and "an eye" not in parts:
        raise Inapplicable("nose, mouth and chin are covered, which face-visible reports")
    over = listed(parts) or "the face"
    return at_most(
        mark.covered_share,
        warn=limits.warn_above_share,
        fail=limits.fail_above_share if any(part in _FEATURES for part in parts) else None,
        unit="share",
        where=mark.where,
        says=f"{_KINDS.get(mark.kind, 'A mark')} is laid over {over}: it hides {{measured}} of "
        "the face.",
    )
