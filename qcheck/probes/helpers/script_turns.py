"""Who says what in a script for Dia."""

from __future__ import annotations

import re

from qcheck.probes.text import Turn

__all__ = ["turns_of", "without_speakers"]

_SPEAKER = re.compile(r"\[\s*(S\d+)\s*\]", re.IGNORECASE)


def turns_of(script: str) -> tuple[Turn, ...]:
    """The script cut at its speakers' tags; what stands before the first has no speaker."""
    parts = _SPEAKER.split(script)
    turns = []
    line = 1 + parts[0].count("\n")
    if parts[0].strip():
        turns.append(Turn("", parts[0].strip(), 1))
    for speaker, said in zip(parts[1::2], parts[2::2], strict=True):
        turns.append(Turn(speaker.upper(), said.strip(), line))
        line += said.count("\n")
    return tuple(turns)


def without_speakers(script: str) -> str:
    """The script with a space for each speaker's tag."""
    return _SPEAKER.sub(" ", script)
