"""The face looks angry, sad or surprised.

What it measures: How much the whole face, mouth, cheeks, brows and the lines between them, looks
like anger or disgust, like sadness or a frown, and like surprise or fear, each on a scale to 1.

Why it matters: The portrait is the first frame, and its mood stays under everything that is said: a
friendly sentence from a stern face sounds sarcastic, and brows that start raised stay raised.

How to mend it: Let the forehead, the jaw and the corners of the mouth go, breathe out, and think of
somebody you like. If that is your face at rest, a lamp from the front softens the lines, and a hint
of a smile with closed lips is welcome.

References: ISO/IEC 29794-5:2025, expression neutrality. Faces differ more at rest than moods show:
sadness is told least surely, and anger was measured on open mouths for the most part.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Covering, Expression, Judgement, Mood, RuleStatus, at_most, info, passed, rule


@dataclass(frozen=True)
class Limits:
    warn_above_anger: float = 0.5
    warn_above_sadness: float = 0.5
    warn_above_surprise: float = 0.5
    smile_from: float = 0.4
    """From here on a face smiles, whatever its mouth looks like: smiles were taken for anger."""


@rule("calm-expression", code="P35", medium="portrait", limits=Limits, status=RuleStatus.PREVIEW)
def calm_expression(
    mood: Mood, expression: Expression, covering: Covering, limits: Limits
) -> Judgement:
    if covering.mouth_covered or covering.eyes_covered:
        return info("The mood cannot be told: a part of the face is covered.")
    if expression.smile >= limits.smile_from:
        return passed("The face smiles, which is no other mood.")
    # The strongest against its own limit: one face has one mood.
    measured, limit, looks = max(
        (mood.anger, limits.warn_above_anger, "angry or disgusted"),
        (mood.sadness, limits.warn_above_sadness, "sad or stern"),
        (mood.surprise, limits.warn_above_surprise, "surprised or frightened"),
        key=lambda each: each[0] - each[1],
    )
    return at_most(
        measured,
        warn=limit,
        where=(expression.mouth, expression.brows),
        says=f"The face may look {looks} ({{measured}} on a scale to 1); at most {{wanted}} is "
        "wanted.",
    )
