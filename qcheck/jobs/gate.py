"""The command that sends a job, as `qcheck gate` reads it before it becomes that command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from qcheck.core.errors import UsageFault

__all__ = ["PROGRAMS", "Command", "parse_command"]

PROGRAMS = ("infsh", "belt")
"""What inference.sh's command line is called; the second name is the newer one."""
_APP = re.compile(r"[\w-]+/[\w.-]+(@[\w.:-]+)?")
_TAKE_A_VALUE = ("--input", "-i", "--save", "-o", "--output")


@dataclass(frozen=True)
class Command:
    """A command that sends a job."""

    arguments: tuple[str, ...]
    """All of it, program first, exactly as given."""
    app: str
    payload: bytes
    source: str
    """Where the payload stood: a file's name, or ``--input``."""


def parse_command(arguments: Sequence[str]) -> Command:
    """Read ``infsh app run NAMESPACE/APP --input JSON-OR-FILE …`` as infsh and belt do.

    Raises UsageFault for any other command: a gate that did not understand must not open.
    """
    program = PurePath(arguments[0]).name.removesuffix(".exe") if arguments else ""
    if program not in PROGRAMS:
        raise UsageFault(f"the gate stands in front of infsh or belt, not {program or 'nothing'!r}")
    words, values = _options(arguments[1:])
    if words[:2] != ["app", "run"]:
        raise UsageFault(f"the gate knows `{program} app run`, not `{' '.join(words[:2])}`")
    if len(words) != 3 or not _APP.fullmatch(words[2]):
        shown = " ".join(words[2:]) or "nothing"
        raise UsageFault(f"`{program} app run` takes one NAMESPACE/APP, not {shown}")
    given = [value for name, value in values if name in ("--input", "-i")]
    if len(given) > 1:
        raise UsageFault("--input is given more than once")
    payload, source = _payload(given[0]) if given else (b"{}", "no --input")
    return Command(tuple(arguments), words[2], payload, source)


def _options(arguments: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Words that are no options, and options with their values."""
    words: list[str] = []
    values: list[tuple[str, str]] = []
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            words.append(argument)
            continue
        name, equals, value = _split_option(argument)
        if name in _TAKE_A_VALUE and not equals:
            follows = next(rest, None)
            if follows is None:
                raise UsageFault(f"{name} has no value")
            value = follows
        values.append((name, value))
    return words, values


def _split_option(argument: str) -> tuple[str, str, str]:
    """Name, whether a value is attached, and the value, as infsh and belt take options.

    They read ``-i{}`` and ``-i={}`` like ``-i {}``, and several letters after one dash as several
    options. Raises UsageFault for what could hold a payload that is not understood here.
    """
    if argument.startswith("--"):
        if argument == "--":
            raise UsageFault("the gate does not know what `--` within the command is for")
        return argument.partition("=")
    name, attached = argument[:2], argument[2:]
    if attached and name not in _TAKE_A_VALUE:
        raise UsageFault(f"{argument}: write options of one letter by themselves")
    return name, attached[:1], attached.removeprefix("=")


def _payload(value: str) -> tuple[bytes, str]:
    if value.lstrip()[:1] in ("{", "["):
        return value.encode("utf-8", "surrogateescape"), "--input"
    if value == "-":
        raise UsageFault("--input - would be read twice: give the payload as a file")
    try:
        return Path(value).expanduser().read_bytes(), value
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageFault(f"--input {value}: {reason}") from error
