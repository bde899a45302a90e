"""The gate's reading of a command, and what apps answer."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from qcheck.core.errors import UsageFault
from qcheck.jobs.answers import output_in
from qcheck.jobs.gate import parse_command
from qcheck.jobs.stages import StageFailed
from tools.attack.entries.entry import Entry, Misread

__all__ = ["entries", "read_as_pflag"]

# One argument a line, as in xargs: an argument that holds a line break is not tried.
_COMMANDS = (
    'infsh\napp\nrun\nfalai/dia-tts\n--input\n{"text": "x"}',
    'infsh\napp\nrun\n--input={"text": "x"}\nfalai/dia-tts',
    'belt\napp\nrun\nfalai/dia-tts\n-i{"text": "x"}\n-j',
    'belt\napp\nrun\n--no-wait\nfalai/dia-tts\n-i={"text": "x"}\n-o\nx.json',
    "infsh\napp\nrun\nfalai/dia-tts@v1\n--input\nJOB\n--save\nout.json\n--json",
)
_WORDS = (
    *(
        "-i",
        "--input",
        "-i{}",
        "-i={}",
        "--input={}",
        "{}",
        "[]",
        "-",
        "--",
        "---",
        "-o",
        "--output",
    ),
    *(
        "--save",
        "-j",
        "--json",
        "--json=false",
        "-ji{}",
        "-jo",
        "-io",
        "a/b",
        "x/y@1",
        "app",
        "run",
    ),
    *(
        "JOB",
        "--no-wait",
        "--no-wait=--input",
        "--in",
        "--inpu={}",
        "-i=",
        "",
        "=",
        "--=",
        "-=",
        "-i -i",
    ),
)
_ANSWERS = (
    '{"output": {"video": "https://cdn.inference.sh/a.mp4"}, "status": "done"}',
    'Uploading…\n{"a": 1}\n{"output": {"video": {"uri": "https://cdn.inference.sh/a.mp4"}}}',
    '{"video": ["https://cdn.inference.sh/a.mp4"]}',
)


def entries() -> Iterator[Entry]:
    """Command lines, and answers."""
    words = tuple(b"\n" + word.encode() for word in _WORDS)
    seeds = tuple(command.encode() for command in _COMMANDS)
    yield Entry("commands in front of the gate", seeds, _command, (UsageFault,), words)
    answers = tuple(answer.encode() for answer in _ANSWERS)
    known = (b'{"output": ', b'{"video": ', b'"uri": ', b'"url": ', b"{", b"}", b"[", b"\n")
    yield Entry("answers of apps", answers, _answer, (StageFailed,), known)


@cache
def _job_file() -> Path:
    path = Path(tempfile.gettempdir()) / "qcheck-attack-job.json"
    path.write_text('{"text": "from a file"}', "utf-8")
    return path


def _command(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape").replace("JOB", str(_job_file()))
    arguments = [each for each in text.split("\n") if "\0" not in each]
    understood = parse_command(arguments)
    meant = read_as_pflag(arguments[1:])
    if meant is None:
        return "the program refuses it"
    words, payload = meant
    if words != ["app", "run", understood.app]:
        raise Misread(f"the program runs {words}, the gate checked {understood.app}")
    if _content(payload) != understood.payload:
        raise Misread(f"the program sends {payload!r}, the gate checked {understood.payload!r}")
    return understood.source == "--input", payload is None


def _content(value: str | None) -> bytes:
    if value is None:
        return b"{}"
    if value.lstrip()[:1] in ("{", "["):
        return value.encode("utf-8", "surrogateescape")
    return Path(value).expanduser().read_bytes()


# Options of `app run` of both programs: with a value, and without one.
_WITH_VALUE = {"input": "i", "save": "", "output": "o"}
_WITHOUT = {"json": "j", "no-wait": ""}


def read_as_pflag(arguments: list[str]) -> tuple[list[str], str | None] | None:
    """The words and the last ``--input``, as Go's pflag (flag.go, parseArgs) reads them.

    None where it refuses: both programs end then, and nothing is sent.
    """
    words: list[str] = []
    payload: str | None = None
    rest = list(arguments)
    letters = {letter: name for name, letter in {**_WITH_VALUE, **_WITHOUT}.items() if letter}
    while rest:
        argument = rest.pop(0)
        if not argument.startswith("-") or argument == "-":
            words.append(argument)
        elif argument == "--":
            words += rest
            break
        elif argument.startswith("--"):
            name, equals, value = argument[2:].partition("=")
            taken = _long(name, bool(equals), value, rest)
            if taken is None:
                return None
            payload = taken if name == "input" else payload
        else:
            short = argument[1:]
            while short:
                name = letters.get(short[0], "")
                if name in _WITHOUT:
                    if short[1:2] == "=":
                        if not _is_bool(short[2:]):
                            return None
                        break
                    short = short[1:]
                    continue
                if name not in _WITH_VALUE:
                    return None
                if short[1:2] == "=":
                    value = short[2:]
                elif short[1:]:
                    value = short[1:]
                elif rest:
                    value = rest.pop(0)
                else:
                    return None
                payload = value if name == "input" else payload
                break
    return words, payload


def _long(name: str, attached: bool, value: str, rest: list[str]) -> str | None:
    """The value of ``--name``, empty for an option without one; None where it is refused."""
    if not name or name[0] in "-=":
        return None
    if name in _WITHOUT:
        return "" if not attached or _is_bool(value) else None
    if name not in _WITH_VALUE:
        return None
    if attached:
        return value
    return rest.pop(0) if rest else None


def _is_bool(text: str) -> bool:
    # What Go's strconv.ParseBool takes.
    return text in {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"}


def _answer(data: bytes) -> object:
    location = output_in(data, "bytedance/omnihuman-1-5").location
    if not location:
        raise Misread("an empty address")
    return "found", json.dumps(location)[:12]
