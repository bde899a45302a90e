"""One part of qcheck broken, and then the whole of it started: in a process of its own.

A process that has imported qcheck and done nothing else is forked for every run, so that a run
takes a fraction of a second, may leave in any way, and breaks nothing for the next.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

Body = Callable[[], Any]

_SLOWEST_S = 120
_CONTEXT: Any = None


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Break:
    """What is broken: pickled by name, carried out in the process that is to run."""

    function: Callable[..., None]
    arguments: tuple[Any, ...] = ()

    def __call__(self) -> None:
        self.function(*self.arguments)

    def __str__(self) -> str:
        return "-".join([self.function.__name__, *map(str, self.arguments)])


def started(
    arguments: Sequence[str],
    cwd: Path,
    breaks: Callable[[], None] | None = None,
    environment: Mapping[str, str] = {},
    out: str | None = None,
) -> Ended:
    """Run ``qcheck ARGUMENTS`` in ``cwd`` with something broken; ``out`` is where it prints to."""
    return _forked(_main, (list(arguments),), cwd, breaks, environment, out)


def called(
    function: Callable[..., None],
    arguments: tuple[Any, ...],
    cwd: Path,
    breaks: Callable[[], None] | None = None,
    environment: Mapping[str, str] = {},
) -> Ended:
    """Call a function of a module instead; what it raises is exit code 1 and its text."""
    return _forked(_call, (function, arguments), cwd, breaks, environment, None)


def _forked(
    function: Callable[..., None],
    arguments: tuple[Any, ...],
    cwd: Path,
    breaks: Callable[[], None] | None,
    environment: Mapping[str, str],
    out: str | None,
) -> Ended:
    streams = [cwd / f".{name}" for name in ("out", "err")]
    places = [out or str(streams[0]), str(streams[1])]
    # Not as a test's own process: files are checked in workers, as they are for a user.
    own = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    given = (function, arguments, str(cwd), places, breaks, {**own, **environment})
    process = _context().Process(target=_run, args=given)
    process.start()
    process.join(_SLOWEST_S)
    if process.is_alive():
        process.kill()
        raise AssertionError(f"it hangs: {breaks}")
    said = [path.read_text("utf-8", "replace") if path.exists() else "" for path in streams]
    for path in streams:
        path.unlink(missing_ok=True)
    return Ended(process.exitcode or 0, *said)


def _context() -> Any:
    global _CONTEXT
    if _CONTEXT is None:
        _CONTEXT = multiprocessing.get_context("forkserver")
        _CONTEXT.set_forkserver_preload(
            ["qcheck.cli.main", "qcheck.engine.run", "qcheck.jobs.check", "qcheck.jobs.guard"]
        )
    return _CONTEXT


def _run(
    function: Callable[..., None],
    arguments: tuple[Any, ...],
    cwd: str,
    places: list[str],
    breaks: Callable[[], None] | None,
    environment: dict[str, str],
) -> NoReturn:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    # Workers are copies of this process, with what is broken in it.
    for module in ("qcheck.engine.processes", "qcheck.engine.workers"):
        value(module, "may_fork", "lambda: True")
    for number, place in enumerate(places, 1):
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.stdout, sys.stderr = (open(i, "w", closefd=False) for i in (1, 2))  # noqa: SIM115
    code = 1
    try:
        if breaks is not None:
            breaks()
        function(*arguments)
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        # As Python itself leaves where it cannot write what it was to print.
        code = 120
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def _main(arguments: list[str]) -> None:
    from qcheck.cli.main import main

    sys.argv = ["qcheck", *arguments]
    main()


def _call(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    function(*arguments)


# --- bodies that something may get: each by its name ---------------------------------------------


class Odd(BaseException):
    """As asyncio's CancelledError: what `except Exception` passes over."""


def _raising(kind: type[BaseException]) -> Body:
    def body() -> NoReturn:
        raise kind("broken on purpose")

    return body


def _hoard() -> None:
    kept = []
    while True:
        kept.append(bytearray(b"\1") * 50_000_000)
        time.sleep(0.01)


BODIES: dict[str, Body] = {
    **{
        kind.__name__: _raising(kind)
        for kind in (
            RuntimeError,
            ValueError,
            MemoryError,
            RecursionError,
            SystemError,
            AssertionError,
            OSError,
            ImportError,
            BrokenPipeError,
            StopIteration,
            GeneratorExit,
            Odd,
        )
    },
    "leaves": lambda: sys.exit(0),
    "None": lambda: None,
    "a text": lambda: "fine",
    "a number": lambda: 0,
    "a list of None": lambda: [None],
    "true": lambda: True,
    "ends the process": lambda: os._exit(0),
    "aborts": os.abort,
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "never ends": lambda: time.sleep(3600),
    "spins": lambda: [None for _ in iter(int, 1)],
    "eats memory": _hoard,
}


# --- what can be broken --------------------------------------------------------------------------


def body_of(module: str, name: str, body: str) -> None:
    """A function of a module does something else; it still asks for what it asked for."""
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for each in path:
        owner = getattr(owner, each)
    setattr(owner, last, _like(getattr(owner, last), body))


def rule(name: str, body: str) -> None:
    """A rule does something else."""
    from qcheck.engine.registry import load_rules

    broken = load_rules().get(name)
    object.__setattr__(broken, "function", _like(broken.function, body))


def value(module: str, name: str, made: str) -> None:
    """A name of a module stands for something else, which is written in Python."""
    setattr(importlib.import_module(module), name, eval(made, {}))


def library(*names: str) -> None:
    """Libraries that are not there."""
    for name in names:
        sys.modules[name] = None


def stream(number: int) -> None:
    """A standard stream that whoever started us had closed."""
    os.close(number)
    setattr(sys, ("stdin", "stdout", "stderr")[number], None)


def _like(function: Callable[..., Any], body: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def broken(*_: Any, **__: Any) -> Any:
        return BODIES[body]()

    # What it asks for is looked up where the original stands.
    broken.__annotations__ = {
        name: eval(wanted, function.__globals__) if isinstance(wanted, str) else wanted
        for name, wanted in getattr(function, "__annotations__", {}).items()
        if name != "return"
    }
    return broken
