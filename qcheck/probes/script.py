"""Scripts for Dia: turns, nonverbals, how long they take to say, and whether they are English."""

from __future__ import annotations

import re
import unicodedata

from qcheck.media.content import Text
from qcheck.probes.helpers.script_turns import turns_of, without_speakers
from qcheck.probes.text import Script

__all__ = ["read_script"]

_PARENTHESES = re.compile(r"\(([^()\[\]]*)\)")
_STRAY = re.compile(r"\[[^\[\]\n]{0,40}\]?|[\](){}<>]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")

# Conversational English: 196 words a minute (Yuan, Liberman & Cieri 2006, Switchboard), faster than
# reading aloud, and Dia speaks as in conversation.
_WORDS_PER_S = 196 / 60
# A laugh or a sigh; a change of speaker. Dia's own demonstration scripts come out within a fifth.
_NONVERBAL_S = 0.9
_TURN_S = 0.3

# The most frequent words of English that are none of German, Dutch, French, Spanish, Italian or
# Portuguese; together about two fifths of any English text (Leech, Rayson & Wilson 2001).
_FREQUENT = """
the and to that it for i's you are with they at be this have from or by not but what we can out
other were which their time if how said each does three would there been your all she he my has
his them some then when who more about up into could just like now our very know get don't it's i'm
that's you're we're can't really think okay yeah yes hello let's going how's what's there's i've
didn't doesn't as here good new work make see us than only also back after must should because
today because where why
"""
_ENGLISH = frozenset(_FREQUENT.split())


def read_script(text: Text) -> Script:
    """Take a script apart."""
    turns = turns_of(text.text)
    without_tags = without_speakers(text.text)
    nonverbals = tuple(" ".join(n.lower().split()) for n in _PARENTHESES.findall(without_tags))
    spoken = _PARENTHESES.sub(" ", without_tags)
    words = [word.lower().replace("’", "'") for word in _WORD.findall(spoken)]
    letters = [c for c in spoken if c.isalpha()]
    foreign = [c for c in letters if not _is_english_letter(c)]
    plain = [word for word in words if not word.isdigit()]
    return Script(
        turns=turns,
        nonverbals=nonverbals,
        stray=tuple(dict.fromkeys(_STRAY.findall(spoken))),
        spoken_words=len(words),
        estimated_s=len(words) / _WORDS_PER_S
        + _NONVERBAL_S * len(nonverbals)
        + _TURN_S * max(len(turns) - 1, 0),
        foreign_letters_share=len(foreign) / len(letters) if letters else 0.0,
        english_words_share=sum(w in _ENGLISH for w in plain) / len(plain) if plain else 0.0,
    )


def _is_english_letter(character: str) -> bool:
    return unicodedata.normalize("NFKD", character)[0].isascii() and (
        character.isascii() or character in "éèêàâçñïôöüÉ"
    )
