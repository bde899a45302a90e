"""Every place where qcheck reads what others wrote: its seeds, and what may be said of it."""

from __future__ import annotations

from collections.abc import Iterator

from tools.attack.entries.entry import Entry, Misread

__all__ = ["Entry", "Misread", "entries"]


def entries() -> Iterator[Entry]:
    """All of them, in the order of the table."""
    from tools.attack.entries import commands, headers, kept, texts

    for module in (headers, texts, commands, kept):
        yield from module.entries()
