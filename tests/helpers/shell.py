"""qcheck as a shell starts it: a process of its own, text out of it and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def qcheck(
    *arguments: str,
    cwd: Path,
    stdin: bytes = b"",
    python: str = sys.executable,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run it in ``cwd`` by ``python``, with ``environment`` beside the test's own."""
    ran = subprocess.run(
        [python, "-m", "qcheck", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    return subprocess.CompletedProcess(
        ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode()
    )


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for another process to have got there."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
