"""The command that sends a job, as `qcheck gate` reads it before it becomes that command.

What is known of inference.sh's command line is what its maker publishes: the commands and options
in the repositories inference-sh/skills (tools/infsh-cli/SKILL.md, sdk/building-apps/references/
cli.md) and the pages of inference.sh/docs, and its three names in inference-sh/homebrew-tap
(Formula/belt.rb), read 2026-11. It reads options as Go's pflag does: none is shortened, a value may
be attached. Whatever else stands in a command is refused: an option that nobody here knows may hold
another payload.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault
from qcheck.core.wording import briefly, shortened
from qcheck.media.text import MAX_PAYLOAD_BYTES
from qcheck.targets.catalogue import require_described

__all__ = ["PROGRAMS", "Command", "parse_command", "program_path"]

PROGRAMS = ("infsh", "belt", "inferencesh")
"""What inference.sh's command line is called; belt is the newest name."""
_APP = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_.-]+(@[A-Za-z0-9_.:-]+)?")
_PAYLOAD = ("--input", "-i")
_TAKE_A_VALUE = (*_PAYLOAD, "--save", "-o", "--output", "--function", "--session")
_SWITCHES = ("--json", "-j", "--no-wait", "--verbose", "-v", "--quiet", "-q", "--help", "-h")
# What Go's strconv.ParseBool takes.
_YES_OR_NO = frozenset(
    ["1", "0", "t", "f", "T", "F", "true", "false", "TRUE", "FALSE", "True", "False"]
)
# An app that lies in the working directory takes its input from here where none is given.
_ASSUMED_INPUT = "input.json"


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
    program = _program(arguments)
    words, values = _options(arguments[1:])
    if words[:2] != ["app", "run"]:
        shown = shortened(" ".join(words[:2]))
        raise UsageFault(f"the gate knows `{program} app run`, not `{shown}`")
    if len(words) != 3 or not _APP.fullmatch(words[2]):
        shown = shortened(" ".join(words[2:])) or "nothing"
        raise UsageFault(f"`{program} app run` takes one NAMESPACE/APP, not {shown}")
    app = words[2]
    for name, value in values:
        if name == "--function":
            require_described(app, value)
    given = [value for name, value in values if name in _PAYLOAD]
    if len(given) > 1:
        raise UsageFault("--input is given more than once")
    if not given and os.path.lexists(_ASSUMED_INPUT):
        raise UsageFault(
            f"no --input is given, and {_ASSUMED_INPUT} is here, which {program} may take: name it"
        )
    payload, source = _payload(given[0]) if given else (b"{}", "no --input")
    return Command(tuple(arguments), app, payload, source)


def program_path(program: str) -> str:
    """What to run for ``program``: itself where it is a path, or else what the PATH leads to.

    Folders of the PATH that count from the working directory are passed over: who filled it is not
    known. Raises UsageFault where the program is only there, and OSError where it is nowhere.
    """
    if Path(program).name != program:
        return program
    ending = ".exe" if os.name == "nt" and not program.lower().endswith(".exe") else ""
    here = False
    for folder in os.get_exec_path():
        candidate = Path(folder, program + ending)
        if candidate.is_file() and os.access(candidate, os.X_OK):
            if candidate.is_absolute():
                return str(candidate)
            here = True
    if here:
        raise UsageFault(
            f"{program} is only in a folder of the PATH that counts from the working directory, "
            "and what lies there is not run: name it with its path"
        )
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)


def _program(arguments: Sequence[str]) -> str:
    name = PurePath(arguments[0]).name if arguments else ""
    # On Windows a batch file is read by a shell, and a name means the same in capitals.
    program = name.lower().removesuffix(".exe") if os.name == "nt" else name.removesuffix(".exe")
    if program not in PROGRAMS:
        shown = shortened(program) or "nothing"
        raise UsageFault(f"the gate stands in front of infsh or belt, not {shown!r}")
    return program


def _options(arguments: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Words that are no options, and options with their values."""
    words: list[str] = []
    values: list[tuple[str, str]] = []
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            words.append(argument)
            continue
        name, attached, value = _split_option(argument)
        if name in _TAKE_A_VALUE:
            if not attached:
                follows = next(rest, None)
                if follows is None:
                    raise UsageFault(f"{name} has no value")
                value = follows
            values.append((name, value))
        elif name not in _SWITCHES:
            raise UsageFault(
                f"the gate does not know {shortened(name)}, and so not what would be sent: "
                "leave it out"
            )
        elif attached and value not in _YES_OR_NO:
            raise UsageFault(f"{name} takes true or false, not {briefly(value)}")
    return words, values


def _split_option(argument: str) -> tuple[str, bool, str]:
    """Name, whether a value is attached, and the value, as infsh and belt take options.

    They read ``-i{}`` and ``-i={}`` like ``-i {}``, and several letters after one dash as several
    options. Raises UsageFault for what could hold a payload that is not understood here.
    """
    if argument.startswith("--"):
        if argument == "--":
            raise UsageFault("the gate does not know what `--` within the command is for")
        name, equals, value = argument.partition("=")
        return name, bool(equals), value
    name, attached = argument[:2], argument[2:]
    if attached and name not in _TAKE_A_VALUE and not attached.startswith("="):
        raise UsageFault(f"{shortened(argument)}: write options of one letter by themselves")
    return name, bool(attached), attached.removeprefix("=")


def _payload(value: str) -> tuple[bytes, str]:
    """The payload's bytes, and where they stand.

    Whoever sends it decides anew whether ``value`` is JSON or a file. Raises UsageFault where it
    could be both.
    """
    if value.lstrip()[:1] in ("{", "["):
        if _is_there(value):
            raise UsageFault("--input is JSON, and a file of that very name is here: rename it")
        return value.encode("utf-8", "surrogateescape"), "--input"
    shown = shortened(value)
    if value == "-":
        raise UsageFault("--input - would be read twice: give the payload as a file")
    if not value.strip():
        raise UsageFault("--input is empty: give JSON or a file")
    if value.startswith("@"):
        raise UsageFault(f"--input {shown}: for a file of this name write ./{shown}")
    if value.startswith("~") and _is_there(value):
        raise UsageFault(f"--input {shown}: for the file in the folder ~ here write ./{shown}")
    if _is_json(value):
        raise UsageFault(
            f"--input {shown} is no object of inputs; for a file of this name write ./"
        )
    try:
        return read_regular(Path(value).expanduser(), MAX_PAYLOAD_BYTES), value
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageFault(f"--input {shown}: {reason}") from error


def _is_there(name: str) -> bool:
    try:
        return os.path.lexists(name)
    except ValueError:
        return False


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
