"""What reaches a terminal or a log: text that nothing in it can make do anything but be read.

Names, messages, tags, answers and error texts may come from strangers. A terminal obeys the control
sequences in them, and the log of a CI service the lines that look like its commands. Three things
are shown as escapes instead (``\\x1b``): control characters, characters that nobody sees or that
turn the direction of writing, and what a CI service takes for a command.

:class:`TerminalStream` does this to everything that is written, so that no command has to think of
it. Only a :class:`Finished` text passes as it is: its maker has done the same, and added colours.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from qcheck.core.credentials import hide_environment

__all__ = [
    "Finished",
    "TerminalStream",
    "escape_commands",
    "escape_json",
    "escape_markup",
    "escape_unseen",
    "finished",
    "in_front",
    "one_line",
    "paint",
    "safe_streams",
]

# What stands for ESC in text that is not finished yet. Nobody outside this process can know it, so
# that no name can bring a colour, or worse, of its own.
_ESC = f"<{os.urandom(8).hex()}>"

_NOT_ASCII_TEXT = re.compile(r"[^\x20-\x7e\n\t]+")
# Zero-width joiners belong to Persian, to Indic scripts and to emoji: between two such characters
# they stay.
_JOINERS = "\u200c\u200d"
_SURROGATE_ESCAPES = range(0xDC80, 0xDD00)

# ``##[group]``, ``##vso[`` and ``##teamcity[`` are commands wherever they stand in a line: runners
# of GitHub (actions/runner, ActionCommand.TryParse), Azure Pipelines' agent (Command.TryParse) and
# TeamCity search for them. ``::error::`` is one at the start of a line, after spaces
# (ActionCommand.TryParseV2), and Buildkite folds its log at lines that begin with ---, +++, ~~~ or
# ^^^ +++ (its documentation, "Managing log output"); such a line with nothing else on it stays.
_ANYWHERE = re.compile(r"#(?=#\w*\[)")
_AT_START = re.compile(
    rf"^(?P<before>(?:[^\S\n]|{re.escape(_ESC)}\[[\d;]*m)*)"
    rf"(?P<sign>:(?=:)|\^(?=\^\^ \+\+\+)|(?P<mark>[-+~])(?=(?P=mark)(?P=mark)[^\n]*[^\s]))",
    re.MULTILINE,
)
# Looked for first: most text has none of them, and a report may have a million lines.
_SIGNS = ("::", "---", "+++", "~~~", "^^^")

_LIKE_A_COMMAND = re.compile(r"\s*(::|##|---|\+\+\+|~~~|\^\^\^ )")


class Finished(str):
    """Text that is safe for a terminal already. Only those make it who have escaped what is in it.

    :func:`finished` does; so does the format ``github``, whose lines are commands.
    """

    __slots__ = ()


def escaped_as_text(character: str) -> str:
    """``\\x1b``; a byte of a file name that is not UTF-8 is shown as that byte."""
    if ord(character) in _SURROGATE_ESCAPES:
        return f"\\x{ord(character) - 0xDC00:02x}"
    if character.isprintable():
        return f"\\x{ord(character):02x}"
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def escape_unseen(text: str, escape: Callable[[str], str] = escaped_as_text) -> str:
    """``text`` with every character escaped that is not seen as itself, but spaces and line feeds.

    A carriage return stays in front of a line feed, where it does nothing.
    """

    def escaped(found: re.Match[str]) -> str:
        run = found[0]
        if run.isprintable():
            return run
        ends_line = run[-1] == "\r" and text[found.end() : found.end() + 1] == "\n"
        shown = run[:-1] if ends_line else run
        return "".join(
            each if _is_seen(shown, i) else escape(each) for i, each in enumerate(shown)
        ) + ("\r" if ends_line else "")

    return _NOT_ASCII_TEXT.sub(escaped, text)


def _is_seen(run: str, i: int) -> bool:
    character = run[i]
    if character.isprintable():
        return True
    if character in _JOINERS:
        return 0 < i < len(run) - 1 and run[i - 1].isprintable() and run[i + 1].isprintable()
    # Spaces of all widths; the separators of lines and paragraphs are not spaces.
    return character.isspace() and character >= "\xa0" and character not in "\u2028\u2029"


def escape_commands(text: str, escape: Callable[[str], str] = escaped_as_text) -> str:
    """``text`` with what a CI service takes for a command broken by an escape."""
    if "##" in text:
        text = _ANYWHERE.sub(lambda found: escape(found[0]), text)
    if any(sign in text for sign in _SIGNS):
        text = _AT_START.sub(lambda found: found["before"] + escape(found["sign"]), text)
    return text


def escape_json(text: str) -> str:
    """A JSON document with all of this in JSON's own escapes: what it says is the same."""
    return escape_commands(escape_unseen(text, _as_json), _as_json)


def _as_json(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def escape_markup(text: str) -> str:
    """XML or HTML with all of this in character references."""
    return escape_commands(escape_unseen(text, _as_reference), _as_reference)


def _as_reference(character: str) -> str:
    return f"&#{ord(character)};"


def in_front(name: str) -> str:
    """The name of a file with which a line may begin: ``./::error::.png``."""
    shown = one_line(name)
    return f"./{shown}" if _LIKE_A_COMMAND.match(shown) else shown


def one_line(text: str) -> str:
    """``text`` in one line: breaks and tabs in it are shown as escapes, too."""
    return escape_unseen(text).replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


def paint(text: str, code: str) -> str:
    """``text`` in a colour, the SGR parameters ``code``, in a text that becomes finished."""
    return f"{_ESC}[{code}m{text}{_ESC}[0m"


def finished(text: str) -> Finished:
    """Escape what is in ``text`` and turn what :func:`paint` left into colours."""
    return Finished(escape_commands(escape_unseen(text)).replace(_ESC, "\x1b"))


class TerminalStream(io.TextIOBase):
    """Standard output or standard error, with everything escaped that is written to it.

    Bytes that are written to its ``buffer`` are text as well: there is no way around it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begins_line = True
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"text is expected, not {type(text).__name__}")
        if text:
            shown = text if isinstance(text, Finished) else self._escaped(text)
            self._stream.write(hide_environment(shown))
            last = text.rpartition("\n")
            self._begins_line = (self._begins_line or bool(last[1])) and not last[2].strip()
        return len(text)

    def _escaped(self, text: str) -> str:
        # A line that was begun before does not begin here.
        begun = "" if self._begins_line else "|"
        return escape_commands(begun + escape_unseen(text)).removeprefix(begun)

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override] # typeshed has it as an attribute
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override] # the same
        return self._stream.errors

    def write_own(self, text: str) -> None:
        """Write what holds nothing of anybody else's: a progress bar, which moves the cursor."""
        self._stream.write(text)


class _Bytes(io.BufferedIOBase):
    """For click, which writes what it completes as bytes."""

    def __init__(self, stream: TerminalStream) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def write(self, data: Any) -> int:
        self._stream.write(self._decoder.decode(bytes(data)))
        return len(data)

    def flush(self) -> None:
        self._stream.flush()

    def writable(self) -> bool:
        return True


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Whatever is printed in the block is escaped."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (
        each if isinstance(each, TerminalStream) else TerminalStream(each) for each in before
    )
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
