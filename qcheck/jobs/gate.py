"""In front of what sends a job: the command line ``infsh``, and the SDK ``inferencesh``.

``guard(client)`` checks every ``run`` of a client and raises :class:`Blocked`; ``qcheck gate --``
does the same for a command, and becomes that command where nothing blocks.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.core.results import Report
    from qcheck.engine.options import Options

__all__ = ["Blocked", "Command", "guard", "parse_command"]

Client = TypeVar("Client")

_PROGRAMS = ("infsh", "belt")
_APP = re.compile(r"[\w-]+/[\w.-]+(@[\w.:-]+)?")
_TAKE_A_VALUE = ("--input", "-i", "--save", "-o", "--output")


class Blocked(Exception):
    """The job was not sent; ``report`` says why."""

    def __init__(self, report: Report) -> None:
        from qcheck.reporters import View, reporter

        self.report = report
        findings = reporter("concise")(
            report, View(colour=False, quiet=True, verbose=False, docs={})
        )
        super().__init__(f"qcheck blocked the job\n{findings}".rstrip())


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
    if program not in _PROGRAMS:
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
        name, equals, value = argument.partition("=")
        if name in _TAKE_A_VALUE and not equals:
            follows = next(rest, None)
            if follows is None:
                raise UsageFault(f"{name} has no value")
            value = follows
        values.append((name, value))
    return words, values


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


def guard(client: Client, options: Options | None = None) -> Client:
    """Check every job that ``client`` runs, before it is sent.

    ``client`` is an ``Inference`` or an ``AsyncInference`` of the SDK; it is changed and returned,
    so that ``client.tasks.run``, which goes through the same method, is checked as well. A job that
    blocks raises :class:`Blocked` and is not sent. Raises TypeError for anything without ``run``.
    """
    run = getattr(client, "run", None)
    if not callable(run):
        raise TypeError(f"{type(client).__name__} has no run to guard")
    if inspect.iscoroutinefunction(run):

        @functools.wraps(run)
        async def checked(params: Mapping[str, Any], *args: Any, **more: Any) -> Any:
            await asyncio.to_thread(_check, params, options)
            return await run(params, *args, **more)
    else:

        @functools.wraps(run)
        def checked(params: Mapping[str, Any], *args: Any, **more: Any) -> Any:
            _check(params, options)
            return run(params, *args, **more)

    # By name: the SDK is no dependency, so nothing here knows the client's type.
    setattr(client, "run", checked)  # noqa: B010
    return client


def _check(params: Mapping[str, Any], options: Options | None) -> None:
    import dataclasses

    from qcheck.engine.options import Options
    from qcheck.jobs.check import check_job

    own = dataclasses.replace(options or Options(), expands_home=False)
    app = str(params.get("app", ""))
    try:
        payload = json.dumps(params.get("input", {}))
    except (TypeError, ValueError) as error:
        raise UsageFault(f"the payload cannot be sent as JSON: {error}") from error
    report = check_job(app, payload, own)
    if report.exit_code:
        raise Blocked(report)
