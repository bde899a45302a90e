"""Texts that are spoken, in sentences and in pieces that a model reads well."""

from __future__ import annotations

import math
import re

from qcheck.media.content import Text
from qcheck.probes.script import read_script

__all__ = ["sentences_of", "spoken_pieces"]

# Dia reads what takes more than 20 s too fast (its README): a margin for our estimate of the time.
_LONGEST_TEXT_S = 18.0
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, in order."""
    return _SENTENCE_END.split(text)


def spoken_pieces(text: str) -> list[str]:
    """A text in pieces that Dia reads well, cut between sentences, of about one length."""
    sentences = sentences_of(text.strip())
    lengths_s = [_estimated_s(sentence) for sentence in sentences]
    count = math.ceil(sum(lengths_s) / _LONGEST_TEXT_S)
    goal_s = sum(lengths_s) / max(count, 1)
    pieces: list[list[str]] = [[]]
    said_s = 0.0
    for sentence, length_s in zip(sentences, lengths_s, strict=True):
        # A sentence goes where most of it falls.
        if pieces[-1] and said_s + length_s / 2 > goal_s * len(pieces):
            pieces.append([])
        pieces[-1].append(sentence)
        said_s += length_s
    return [" ".join(piece) for piece in pieces]


def _estimated_s(text: str) -> float:
    return read_script(Text(f"[S1] {text}")).estimated_s
