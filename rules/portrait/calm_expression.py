"""The face looks angry, sad or surprised.

What it measures: How much the whole face, mouth, cheeks, brows and the lines between them, looks
like anger or disgust, like sadness, and like surprise or fear, each on a scale to 1. One half is
where that is as likely as a calm or friendly face. A plain scowl is an error; sadness and surprise
are warnings, and only where they are plain to see. A face in hard light from one side is left
alone: shadows draw frowns of their own.

Why it matters: The portrait is the first frame, and its mood stays under everything that is said: a
friendly sentence from a stern face sounds sarcastic, and brows that start raised stay raised.

How to mend it: Let the forehead, the jaw and the corners of the mouth go, breathe out, and think of
somebody you like. If that is your face at rest, a lamp from the front softens the lines, and a hint
of a smile with closed lips is welcome.

References: ISO/IEC 29794-5:2025, expression neutrality. The network that weighs the moods was
trained by others on other people. It misses about half of the faces that people call sad: many of
these hardly differ from a face at rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import (
    Covering,
    Expression,
    Inapplicable,
    Judgement,
    Light,
    LowerFace,
    Mood,
    at_most,
    info,
    rule,
)


@dataclass(frozen=True)
class Limits:
    warn_above_anger: float = 0.5
    fail_above_anger: float = 0.9
    warn_above_sadness: float = 0.97
    warn_above_surprise: float = 0.9
    smile_from: float = 0.4
    """From here on a face smiles, and no surprise is read from its open mouth."""
    hidden_above: float = 0.8
    """How surely a part of nose, mouth or chin may be hidden: what hides it is read as a mood."""
    one_sided_above_stops: float = 1.5
    unlit_above_falloff_stops: float = 2.0
    """Light that even-light speaks of: of 199 calm faces lit from the side, 20 look angry."""


@rule("calm-expression", code="P35", medium="portrait", limits=Limits)
def calm_expression(
    mood: Mood,
    expression: Expression,
    covering: Covering,
    lower: LowerFace,
    light: Light,
    limits: Limits,
) -> Judgement:
    if covering.eyes_covered or lower.is_covered or lower.part > limits.hidden_above:
        return info("The mood cannot be determined: a part of the face is covered.")
    if (
        abs(light.difference_stops) > limits.one_sided_above_stops
        or light.falloff_stops > limits.unlit_above_falloff_stops
    ):
        raise Inapplicable("the light is uneven, which even-light reports")
    smiles = expression.smile >= limits.smile_from
    # The strongest against its own limit: one face has one mood.
    measured, warn, fail, looks = max(
        (mood.anger, limits.warn_above_anger, limits.fail_above_anger, "angry or disgusted"),
        (mood.sadness, limits.warn_above_sadness, None, "sad"),
        (0.0 if smiles else mood.surprise, limits.warn_above_surprise, None, "surprised or scared"),
        key=lambda each: (each[0] > each[1], each[2] is not None, each[0] - each[1]),
    )
    return at_most(
        measured,
        warn=warn,
        fail=fail,
        where=(expression.mouth, expression.brows),
        says=f"The face looks {looks} ({{measured}} on a scale to 1); that {{limit}}.",
    )
