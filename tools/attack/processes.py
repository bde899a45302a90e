"""Whole processes of qcheck, started as a user does, and what must hold whatever befell them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

__all__ = ["EXIT_CODES", "Ran", "Tree", "qcheck", "wrongs"]

EXIT_CODES = frozenset((0, 1, 2, 130, 143))
"""docs/configuration.md, Exit codes, and those of a command that a signal ended."""
_PATIENCE_S = 120.0
_MOST_HASHED_BYTES = 1_000_000_000

# What a person must never see, and what says that something was not foreseen.
_TRACEBACK = re.compile(r"Traceback \(most recent call last\)|Fatal Python error|internal error")
_PARTS = re.compile(r"\.part$|\.tmp$|^\.qcheck-|^tmp")


@dataclass(frozen=True)
class Ran:
    """How a process ended, and what it said."""

    arguments: tuple[str, ...]
    code: int
    output: str
    errors: str
    seconds: float
    hung: bool = False
    left_running: tuple[str, ...] = field(default=())
    """Processes of its own that outlived it."""

    @property
    def killed(self) -> bool:
        return self.code < 0


def qcheck(
    *arguments: str,
    cwd: Path,
    before: Callable[[], None] | None = None,
    during: Callable[[subprocess.Popen[bytes]], None] | None = None,
    environment: Mapping[str, str] | None = None,
    stdout: int | IO[Any] | None = subprocess.PIPE,
    stderr: int | IO[Any] | None = subprocess.PIPE,
    **options: Any,
) -> Ran:
    """Run it in ``cwd``; ``before`` is called in the new process, ``during`` beside it.

    A mark in its environment finds the workers that it leaves behind.
    """
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    command = [sys.executable, "-P", "-m", "qcheck", *arguments]
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=stdout,
        stderr=stderr,
        preexec_fn=before,
        env={**os.environ, **(environment or {}), "QCHECK_ATTACK": mark},
        start_new_session=True,
        **options,
    )
    hung = False
    if during is not None:
        during(process)
    try:
        output, errors = process.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        hung = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
    seconds = time.monotonic() - begun
    return Ran(
        arguments,
        process.returncode,
        (output or b"").decode("utf-8", "replace"),
        (errors or b"").decode("utf-8", "replace"),
        seconds,
        hung,
        _left_running(mark),
    )


def _left_running(mark: str) -> tuple[str, ...]:
    """What still runs a moment later; it is ended."""
    found: list[psutil.Process] = []
    for pause_s in (0.0, 0.2, 1.0, 3.0):
        time.sleep(pause_s)
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if (
                    process.environ().get("QCHECK_ATTACK") == mark
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    found.append(process)
        if not found:
            return ()
    names = []
    for process in found:
        with contextlib.suppress(psutil.Error):
            names.append(" ".join(process.cmdline())[:80])
            process.kill()
    return tuple(names)


@dataclass(frozen=True)
class Tree:
    """Every entry below a folder: its kind, and of a file its content."""

    root: Path
    entries: Mapping[str, str]

    @classmethod
    def of(cls, root: Path) -> Tree:
        entries = {}
        for folder, folders, names in os.walk(root):
            for name in (*folders, *names):
                path = Path(folder, name)
                entries[os.path.relpath(path, root)] = _state(path)
        return cls(root, entries)

    def changed(self, now: Tree) -> list[str]:
        """What is gone or no longer what it was."""
        return [name for name, state in self.entries.items() if now.entries.get(name) != state]

    def new(self, now: Tree) -> list[str]:
        return [name for name in now.entries if name not in self.entries]


def _state(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return f"link to {path.readlink()}"
        if not stat.S_ISREG(mode):
            return stat.filemode(mode)[:1]
        with path.open("rb") as file:
            if (size := os.fstat(file.fileno()).st_size) > _MOST_HASHED_BYTES:
                return f"{size} bytes that begin {file.read(4096)!r}"
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.errno}"


def wrongs(
    ran: Ran, before: Tree, expected: Sequence[str] = (), *, parts: bool = False
) -> list[str]:
    """What must not be: a clause each.

    ``expected`` begin the names that a run may write; ``parts`` says that it was killed without
    notice, and may leave hidden parts for the next run to remove.
    """
    found = []
    if ran.hung:
        found.append("it hung")
    elif ran.code not in EXIT_CODES and not (parts and ran.killed):
        found.append(f"it ended with {ran.code}")
    found += [
        f"it said {text[match.start() : match.start() + 300]!r}"
        for text in (ran.output, ran.errors)
        if (match := _TRACEBACK.search(text))
    ]
    if ran.left_running:
        found.append(f"it left running: {ran.left_running}")
    now = Tree.of(before.root)
    if changed := before.changed(now):
        found.append(f"it changed {changed[:3]}")
    for name in before.new(now):
        hidden = any(_PARTS.search(part) for part in Path(name).parts)
        if hidden and not parts:
            found.append(f"it left {name}")
        elif not hidden and not name.startswith(tuple(expected)):
            found.append(f"it wrote {name}")
    return found
