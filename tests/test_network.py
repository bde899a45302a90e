"""Nothing leaves the machine: the main job under a system-call trace, native code included."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STRACE = shutil.which("strace")

needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")

# Whatever opens, names or talks through a socket fails; the trace counts it.
TRACED = ["-f", "-qq", "-e", "trace=%network", "-e", "inject=%network:error=ENETUNREACH"]


def network_calls(trace: Path, *command: str) -> tuple[int, list[str]]:
    ran = subprocess.run(
        [str(STRACE), *TRACED, "-o", str(trace), *command],
        capture_output=True,
        text=True,
        timeout=300,
    )
    return ran.returncode, re.findall(r"^\d+ +(\w+\(.*)$", trace.read_text(), re.MULTILINE)


@needs_strace
def test_the_main_job_makes_no_network_call_at_all(fixtures: Path, tmp_path: Path) -> None:
    code, calls = network_calls(
        tmp_path / "trace",
        sys.executable,
        "-m",
        "qcheck",
        "--isolated",
        str(fixtures / "portrait.png"),
        str(fixtures / "voice.wav"),
        str(fixtures / "talk.mp4"),
    )
    assert calls == []
    assert code == 0


@needs_strace
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import ctypes; ctypes.CDLL(None).gethostbyname(b'example.org')",
    ],
)
def test_the_trace_sees_look_ups_of_python_and_of_native_code(code: str, tmp_path: Path) -> None:
    _, calls = network_calls(tmp_path / "trace", sys.executable, "-c", code)
    assert calls
