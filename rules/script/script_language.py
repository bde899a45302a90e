"""The script is not English.

What it measures: the share of letters that English does not use, and the share of words that are
among the most frequent ones of English.

Why it matters: Dia speaks English only; anything else becomes a babble that sounds like speech.

How to mend it: Translate the script, or take a voice model that speaks its language.

References: nari-labs/dia, README. Word frequencies: Leech, Rayson & Wilson 2001.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import Judgement, Script, failed, passed, rule, warned


@dataclass(frozen=True)
class Limits:
    fail_above_foreign_letters_share: float = 0.1
    warn_below_english_words_share: float = 0.04
    """English scripts have a sixth to a half, other languages in Latin letters hardly any."""
    tell_from_words: int = 16
    """Fewer words tell nothing."""


@rule("script-language", code="S04", medium="script", limits=Limits)
def script_language(script: Script, limits: Limits) -> Judgement:
    if script.foreign_letters_share > limits.fail_above_foreign_letters_share:
        return failed(
            "{measured} of the letters are none that English uses; Dia speaks English only.",
            measured=script.foreign_letters_share,
            unit="share",
        )
    if (
        script.spoken_words >= limits.tell_from_words
        and script.english_words_share < limits.warn_below_english_words_share
    ):
        return warned(
            "The script does not look like English: only {measured} of its words are common ones "
            "there. Dia speaks English only.",
            measured=script.english_words_share,
            wanted=limits.warn_below_english_words_share,
            unit="share",
        )
    return passed("The script is English.", measured=script.english_words_share, unit="share")
