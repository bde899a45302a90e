"""The expression is not neutral.

What it measures: How far the lips are apart, as a share of the distance from the eyes to the chin;
how far the jaw is dropped; the corners of the mouth and the brows; and, from all of these together,
whether the mouth is open or shows teeth, even where lips only just part. A slight smile with closed
lips is neutral enough.

Why it matters: The portrait is the first frame, and every expression starts from it. An open mouth
keeps its teeth when it should close, a laugh stays in the cheeks, a frown makes every sentence
sound angry.

How to mend it: Close the lips without pressing them, let the jaw and the forehead go, and think of
somebody you like. Choose the calmest picture of the series, not the happiest.

References: KwaiVGI/LivePortrait#368 (an open mouth in the first frame); ISO/IEC 29794-5:2025, mouth
closed and expression neutrality. Some apps want teeth visible: set the limits for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Covering, Expression, Judgement, at_most, info, rule


@dataclass(frozen=True)
class Limits:
    warn_above_mouth_open: float = 0.5
    warn_above_lip_gap_share: float = 0.05
    fail_above_lip_gap_share: float = 0.13
    fail_above_jaw_open: float = 0.4
    """Counts while the lips are parted: a lens held close makes any jaw look long."""
    warn_above_mouth_frown: float = 0.5
    """Mouths at rest read up to .5 where the head is not held straight."""
    fail_above_mouth_frown: float = 0.9
    warn_above_brows_lowered: float = 0.9
    warn_above_brows_raised: float = 0.75
    smile_from: float = 0.4
    """From here on parted lips are called a smile with teeth, and lowered brows part of it."""
    laugh_from: float = 0.7
    """From here on lips that are wide open laugh: people who speak read .63 at most."""


@rule("neutral-expression", code="P32", medium="portrait", limits=Limits)
def neutral_expression(
    expression: Expression, covering: Covering, limits: Limits
) -> Iterator[Judgement]:
    if covering.mouth_covered:
        yield info("The mouth's expression cannot be told: the mouth is covered.")
    else:
        yield _mouth(expression, limits)
        yield at_most(
            expression.mouth_frown,
            warn=limits.warn_above_mouth_frown,
            fail=limits.fail_above_mouth_frown,
            where=expression.mouth,
            says="The corners of the mouth are drawn down ({measured} on a scale to 1); "
            "at most {wanted} is wanted.",
        )
    if expression.smile < limits.smile_from:
        yield at_most(
            expression.brows_lowered,
            warn=limits.warn_above_brows_lowered,
            where=expression.brows,
            says="The brows are drawn together ({measured} on a scale to 1); "
            "at most {wanted} is wanted.",
        )
    yield at_most(
        expression.brows_raised,
        warn=limits.warn_above_brows_raised,
        where=expression.brows,
        says="The brows are raised ({measured} on a scale to 1); at most {wanted} is wanted.",
    )


def _mouth(expression: Expression, limits: Limits) -> Judgement:
    smiles = expression.smile >= limits.smile_from
    wide = expression.lip_gap_share > limits.fail_above_lip_gap_share
    parted = expression.lip_gap_share > limits.warn_above_lip_gap_share
    if parted and not wide and expression.jaw_open > limits.fail_above_jaw_open:
        return at_most(
            expression.jaw_open,
            fail=limits.fail_above_jaw_open,
            where=expression.mouth,
            says="The jaw is dropped ({measured} on a scale to 1); at most {wanted} is wanted.",
        )
    if wide:
        laughs = expression.smile >= limits.laugh_from
        what = "The person laughs with open lips" if laughs else "The lips are wide open"
    else:
        what = "The smile parts the lips and shows teeth" if smiles else "The lips are parted"
    if not parted and expression.mouth_open > limits.warn_above_mouth_open:
        return at_most(
            expression.mouth_open,
            warn=limits.warn_above_mouth_open,
            where=expression.mouth,
            says=f"{'The smile shows teeth' if smiles else 'The lips are parted'} "
            "({measured} on a scale to 1); at most {wanted} is wanted.",
        )
    return at_most(
        expression.lip_gap_share,
        warn=limits.warn_above_lip_gap_share,
        fail=limits.fail_above_lip_gap_share,
        unit="share",
        where=expression.mouth,
        says=f"{what}: the gap between them is {{measured}} of the distance from eyes to chin; "
        "at most {wanted} is wanted.",
    )
