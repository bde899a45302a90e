"""Words of a command that a person copies, or a shell reads from a script: quoted, safe to print.

``shlex.quote`` leaves control characters as they are, and a terminal obeys them. Here a word that
holds something unseen is written as what ``printf`` makes of escapes, which any POSIX shell takes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from qcheck.core.terminal import one_line

__all__ = ["quote", "quoted_command"]


def quoted_command(words: Iterable[str]) -> str:
    """One line of shell."""
    return " ".join(map(quote, words))


def quote(word: str) -> str:
    """``word`` for a POSIX shell, which makes the very same bytes of it."""
    if one_line(word) == word:
        # Agents of CI services look for commands such as ##vso[ anywhere in a line.
        return re.sub("#(?=#)", "#''", shlex.quote(word))
    if word.endswith("\n"):
        # A shell strips line ends from what a command prints.
        return shlex.quote(word)
    return f"\"$(printf '{''.join(map(_for_printf, word))}')\""


def _for_printf(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in " ./_,:=+@"):
        return character
    if character.isprintable() and not character.isascii():
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))
