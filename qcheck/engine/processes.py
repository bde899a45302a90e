"""How a worker's process is started and ended: a fork of this one, or a new interpreter."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, ClassVar, Protocol

from qcheck.core.own_process import is_own_process
from qcheck.engine.worker import serve

__all__ = ["Fork", "Interpreter", "Process", "may_fork", "start_process"]

# A new interpreter must not look for modules in the working directory: a file struct.py in the
# folder that is checked would run in it. Its own standard streams are the pipes until it has moved
# them away, before anything native is loaded that could write to them.
_BEGIN = """
import json, os, sys
calls, answers = (os.fdopen(os.dup(number), mode, 0) for number, mode in ((0, "rb"), (1, "wb")))
path = b""
while not path.endswith(b"\\n"):
    path += calls.read(1) or sys.exit()
sys.path[:] = json.loads(path)
# What a library prints while it is imported must not be taken for an answer.
try:
    os.dup2(2, 1)
except OSError:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
# Before the first call comes: what it is about is likely to be this.
import qcheck.engine.run
from qcheck.engine.worker import serve
serve(calls, answers)
"""


_THREADS = Path("/proc/self/task")


class Process(Protocol):
    """A started worker."""

    pid: int
    calls: IO[bytes]
    answers: IO[bytes]

    def kill(self) -> None:
        """End it at once; nothing that it has begun is completed."""

    def end(self) -> int:
        """Wait until it has ended; returns its exit code, or minus the signal that ended it."""

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""


def start_process(environment: Mapping[str, str]) -> Process:
    """Start a worker with ``environment`` beside our own. Raises OSError."""
    return Fork(environment) if may_fork() else Interpreter(environment)


def may_fork() -> bool:
    """Whether a copy of this process can be a worker.

    A copy of a process with threads may wait for ever for what one of them had locked.

    On a Mac even a process without threads of its own is not a safe parent (python/cpython#77906).
    """
    return is_own_process() and sys.platform == "linux" and len(list(_THREADS.iterdir())) == 1


class Fork:
    """A copy of this process, with everything that it has imported and read."""

    _open: ClassVar[list[Fork]] = []

    def __init__(self, environment: Mapping[str, str]) -> None:
        calls, theirs = os.pipe(), os.pipe()
        self.calls: IO[bytes] = os.fdopen(calls[1], "wb", 0)
        self.answers: IO[bytes] = os.fdopen(theirs[0], "rb", 0)
        self._code: int | None = None
        self._open.append(self)
        self.pid = os.fork()
        if self.pid == 0:
            self._begin(calls[0], theirs[1], environment)
        os.close(calls[0])
        os.close(theirs[1])

    def _begin(self, calls: int, answers: int, environment: Mapping[str, str]) -> None:
        try:
            # Whoever holds the other end of a pipe keeps a worker from seeing it end.
            for fork in self._open:
                fork.calls.close()
                fork.answers.close()
            os.environ.update(environment)
            serve(os.fdopen(calls, "rb", 0), os.fdopen(answers, "wb", 0))
        finally:
            os._exit(1)

    def kill(self) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, 9)

    def end(self) -> int:
        if self in self._open:
            self._open.remove(self)
        return self._ended(0) or 0

    @property
    def alive(self) -> bool:
        return self._ended(os.WNOHANG) is None

    def _ended(self, flags: int) -> int | None:
        if self._code is None:
            try:
                pid, status = os.waitpid(self.pid, flags)
            except ChildProcessError:
                pid, status = self.pid, 0  # Somebody else has waited for it.
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code


class Interpreter:
    """A new Python, which imports from where this one does."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        import subprocess

        flags = [
            flag
            for flag, is_set in (
                ("-I", sys.flags.isolated),
                ("-E", sys.flags.ignore_environment),
                ("-s", sys.flags.no_user_site),
            )
            if is_set
        ]
        self._process = subprocess.Popen(
            [sys.executable, *flags, "-P", "-c", _BEGIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **environment},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.calls: IO[bytes] = self._process.stdin
        self.answers: IO[bytes] = self._process.stdout
        # What stands for the working directory, whatever that is, is left out.
        path = [each for each in sys.path if each not in ("", os.curdir)]
        with contextlib.suppress(OSError):
            self.calls.write(json.dumps(path).encode() + b"\n")

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> int:
        return self._process.wait()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None
