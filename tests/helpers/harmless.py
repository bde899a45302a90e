"""Whether a text that is shown can make a terminal, or a CI service that reads it, do anything."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["HOSTILE", "OBEYED", "harms"]

# What a runner of GitHub, an agent of Azure or TeamCity, or Buildkite obeys; written here anew, so
# that a mistake in the pattern that escapes them is not repeated.
OBEYED = re.compile(
    r"##\w*\[|^[^\S\n]*::|^[^\S\n]*(---|\+\+\+|~~~)[^\n]*\S|^[^\S\n]*\^\^\^ \+\+\+",
    re.MULTILINE | re.IGNORECASE,
)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

HOSTILE = "\x1b[31m\x9b1m\x07\u202e\u2028\x7f\n::error::gotcha\n##vso[task.complete]\rx"
"""Colours, a bell, another direction, lines of its own, and what CI services obey."""


def harms(text: str) -> list[str]:
    """What in ``text`` would be obeyed, or would not be seen as itself."""
    text = text.replace("\r\n", "\n")
    unseen = [c for c in text if unicodedata.category(c) in _UNSEEN and c not in "\n\t\u200c\u200d"]
    return unseen + [found[0] for found in OBEYED.finditer(text)]
