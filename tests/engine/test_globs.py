"""Patterns as a configuration writes them; how they are layered is tested in test_settings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.engine.globs import LONGEST, Glob


def as_expression(pattern: str) -> re.Pattern[str]:
    """The same pattern as a regular expression, which is plain and, at worst, never ends."""
    rooted = pattern.removesuffix("/").removeprefix("/")
    if "/" not in pattern.removesuffix("/"):
        rooted = f"**/{rooted}"
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", rooted)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(p) or re.escape(p) for p in parts), re.DOTALL)


@given(st.text(alphabet="ab/*?.", min_size=1, max_size=12), st.text(alphabet="ab/.\n", max_size=12))
def test_a_pattern_means_what_its_regular_expression_means(pattern: str, path: str) -> None:
    wanted = as_expression(pattern).fullmatch(path) is not None
    assert Glob(pattern).matches(path) is wanted


@pytest.mark.parametrize(
    "pattern",
    ["**/" * 300 + "b", "**/a/" * 199 + "b", "*a" * 490 + "b", "**a" * 330 + "b", "***/" * 240],
)
def test_no_pattern_takes_longer_than_its_length(pattern: str) -> None:
    assert len(pattern) <= LONGEST
    # As regular expressions these take longer than anybody waits.
    assert Glob(pattern).matches("/".join("a" * 2000)) is pattern.endswith("/")
    assert Glob(pattern).matches("a" * 4000) is False
