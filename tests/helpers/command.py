"""qcheck's command line called as a function: what it says and its exit code, without a process.

Starting Python and importing numpy costs half a second a call. Where the process itself is what is
tested (its streams, its signals, what it imports), `shell.qcheck` starts one.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest import mock

from qcheck.cli.main import main

# What these rooms remember, they remember of files that a test changes between two calls. Models
# and tables that probes hold stay: no test changes them.
_REMEMBERING = ("qcheck.cli.", "qcheck.engine.", "qcheck.reporters.", "qcheck.targets.")


def qcheck(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it in ``cwd``, with ``environment`` beside the test's own, as if in a new process."""
    forget()
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    streams = {"stdin": io.TextIOWrapper(io.BytesIO(stdin), "utf-8"), "stdout": out, "stderr": err}
    on_termination = signal.getsignal(signal.SIGTERM)
    try:
        with (
            contextlib.chdir(cwd),
            mock.patch.dict(os.environ, environment),
            mock.patch.multiple(sys, argv=["qcheck", *arguments], **streams),
            # click asks for it to find out what the program is called.
            mock.patch.object(sys.modules["__main__"], "__package__", None),
        ):
            code = _exit_code()
    finally:
        signal.signal(signal.SIGTERM, on_termination)
        forget()
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.buffer.getvalue().decode())
    return subprocess.CompletedProcess(["qcheck", *arguments], code, *said)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    return 0


def forget() -> None:
    """Empty what functions remember, as a new process begins."""
    importlib.invalidate_caches()
    for name, module in list(sys.modules.items()):
        if name.startswith("qcheck_plugin_"):
            del sys.modules[name]
        elif name.startswith(_REMEMBERING):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
