"""Words that a shell reads back as they were, and that a terminal shows as they are."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.core.shell_words import quote, quoted_command
from qcheck.core.terminal import finished

NAMES = (
    "a.png",
    "a picture's.png",
    "größer 照片.png",
    "a\x1b[31m'b\\%s.png",
    "\u202egnp.a",
    "a\nb.png",
    "-\x07.png",
    "##vso[x] ###[y].png",
    "::error::.png",
    "`$(id)`\x00".removesuffix("\x00"),
    "!\x01$HOME.png",
    os.fsdecode(b"\xff\xfe.png"),
)


def read_back(command: str, shell: str = "sh") -> list[bytes]:
    program = f"for word in {command}; do printf '%s\\0' \"$word\"; done"
    ran = subprocess.run([shell, "-c", os.fsencode(program)], capture_output=True, check=True)
    return ran.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize("shell", ["sh", "dash", "bash", "zsh"])
def test_a_shell_reads_the_very_same_bytes(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    assert read_back(quoted_command(NAMES), shell) == [os.fsencode(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_person_copies_is_what_a_terminal_shows(name: str) -> None:
    assert finished(f"run {quote(name)}") == f"run {quote(name)}"
    assert "\n" not in quote(name)


@pytest.mark.parametrize("name", ["a.png", "a picture.png", "it's.png", "größer.png", "", "$x"])
def test_ordinary_names_are_quoted_as_ever(name: str) -> None:
    assert quote(name) == shlex.quote(name)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_whatever_a_word_is_it_is_read_back(words: list[str]) -> None:
    assert read_back(quoted_command(words)) == [word.encode() for word in words]
