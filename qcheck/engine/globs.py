"""Patterns of a configuration against paths, in a time that no pattern can stretch.

A configuration may lie in the folder of a stranger. As a regular expression ``**/**/**/x`` takes
time with a power of the path's length for each of its stars; here every step of every way through
the pattern is taken at once, one bit each, so that a character of the path costs one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

__all__ = ["LONGEST", "Glob"]

LONGEST = 1000
"""Characters of a pattern; a path has at most 4096 (Linux, PATH_MAX)."""


@dataclass(frozen=True)
class Glob:
    """``*`` and ``?`` stay within a folder, ``**`` does not; without a slash any folder will do.

    A slash in front names what lies in the configuration's own folder, as in .gitignore.
    """

    pattern: str

    def matches(self, path: str) -> bool:
        """Whether it names the whole of ``path``, which has slashes between its folders."""
        return _steps(self.pattern).reach_end(path)


@dataclass(frozen=True)
class _Steps:
    """Each bit is a place in the pattern: what leads from it to the next, or keeps it there."""

    literal: dict[str, int]
    """By character: places that it leads on from."""
    single: int
    """Places that any character but a slash leads on from."""
    stays: int
    """Places that any character but a slash leads back to."""
    stays_always: int
    skips: int
    """Places that may be passed over."""
    skips_two: int
    end: int

    def reach_end(self, path: str) -> bool:
        at = self._onward(1)
        for character in path:
            on = at & self.literal.get(character, 0)
            stay = at & self.stays_always
            if character != "/":
                on |= at & self.single
                stay |= at & self.stays
            at = self._onward(on << 1 | stay)
            if not at:
                return False
        return bool(at & self.end)

    def _onward(self, at: int) -> int:
        while True:
            more = at | (at & self.skips) << 1 | (at & self.skips_two) << 2
            if more == at:
                return at
            at = more


@lru_cache(maxsize=10_000)
def _steps(pattern: str) -> _Steps:
    rooted = pattern.removesuffix("/").removeprefix("/")
    if "/" not in pattern.removesuffix("/"):
        rooted = f"**/{rooted}"
    literal: dict[str, int] = {}
    single = stays = stays_always = skips = skips_two = 0
    at, i = 1, 0
    while i < len(rooted):
        if rooted.startswith("**/", i):
            # Nothing at all, or whatever ends in a slash: two places, the second within a folder.
            while rooted.startswith("**/", i):
                i += 3
            skips |= at
            skips_two |= at
            at <<= 1
            stays_always |= at
            literal["/"] = literal.get("/", 0) | at
        elif rooted.startswith("**", i):
            i += 2
            skips |= at
            stays_always |= at
        else:
            character = rooted[i]
            i += 1
            if character == "*":
                skips |= at
                stays |= at
            elif character == "?":
                single |= at
            else:
                literal[character] = literal.get(character, 0) | at
        at <<= 1
    return _Steps(literal, single, stays, stays_always, skips, skips_two, at)
