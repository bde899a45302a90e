"""What native libraries write to descriptors 1 and 2, past Python: nobody sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """
import os, sys
from qcheck.core.native_chatter import *
def chatter(): os.write(1, b"native 1\\n"); os.write(2, b"native 2\\n")
"""


def said(code: str, *options: str, **streams: object) -> tuple[str, str]:
    """What a process that runs ``code`` says on its streams."""
    ran = subprocess.run(
        [sys.executable, *options, "-c", BEGIN + code],
        **{"capture_output": True, "text": True, "timeout": 60, **streams},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, ran.stderr


@pytest.mark.parametrize("options", [(), ("-u",)])
def test_in_a_block_natives_are_quiet_and_python_is_not(options: tuple[str, ...]) -> None:
    code = """
chatter()
print("before")
with quiet_natives():
    chatter()
    print("out")
    print("err", file=sys.stderr)
    with quiet_natives(): chatter()
    chatter()
print("after")
sys.stdout.flush()
chatter()
"""
    out, err = said(code, *options)
    assert sorted(out.split("\n")) == ["", "after", "before", "native 1", "native 1", "out"]
    assert err == "native 2\nerr\nnative 2\n"


def test_they_are_quiet_as_well_if_the_block_raises() -> None:
    code = """
try:
    with quiet_natives():
        raise KeyError
except KeyError:
    chatter()
"""
    assert said(code) == ("native 1\n", "native 2\n")


def test_a_process_of_its_own_is_quiet_to_its_end() -> None:
    code = """
import atexit
silence_natives()
atexit.register(chatter)
chatter()
print("out")
print("err", file=sys.stderr)
"""
    assert said(code) == ("out\n", "err\n")


def test_a_program_that_takes_the_place_of_ours_gets_what_we_got() -> None:
    code = """
silence_natives()
try:
    with descriptors_as_given(): os.execvp("/nowhere", ["nowhere"])
except OSError: chatter()
with descriptors_as_given():
    program = "import os; os.write(1, b'1'); os.write(2, b'2')"
    os.execvp(sys.executable, [sys.executable, "-c", program])
"""
    assert said(code) == ("1", "2")


@pytest.mark.parametrize(
    "closed", [[1], [2], [1, 2], [0, 1, 2]], ids=["stdout", "stderr", "both", "all"]
)
def test_a_closed_descriptor_is_no_fault(closed: list[int], tmp_path: Path) -> None:
    code = f"""
silence_natives()
chatter()
with open({str(tmp_path / "out.txt")!r}, "w") as file:
    assert file.fileno() > 2
    chatter()
    file.write("whole")
"""

    def close() -> None:
        for descriptor in closed:
            os.close(descriptor)

    ran = subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, preexec_fn=close, timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert (tmp_path / "out.txt").read_text() == "whole"


def test_a_worker_keeps_standard_output_for_the_report_and_escapes_what_a_plugin_prints() -> None:
    code = """
silence_worker()
chatter()
print("a plugin \\x1b[31m")
print("::error::", file=sys.stderr)
sys.stderr.flush()
"""
    assert said(code) == ("", "a plugin \\x1b[31m\n\\x3a:error::\n")


def test_a_copy_of_a_quiet_process_lets_standard_output_end() -> None:
    """Whoever reads a report would wait for a worker that holds the pipe open."""
    code = """
silence_natives()
if os.fork() == 0:
    silence_worker()
    print("a plugin")
    sys.stderr.flush()
    os.read(0, 1)
    os._exit(0)
"""
    reader, writer = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", BEGIN + code],
            stdin=reader,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        assert process.stdout.read() == b""
    finally:
        os.close(writer)
        os.close(reader)
    assert process.wait(60) == 0


def test_a_device_is_what_the_process_was_given(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/stdout")
    code = f"""
from pathlib import Path
with quiet_natives():
    names = ("/dev/stdout", "/dev/stderr", "/dev/null", {str(tmp_path / "link")!r}, "/nowhere")
    print([[is_descriptor(Path(name), number) for number in (1, 2)] for name in names])
"""
    out, _ = said(code)
    assert out == "[[True, False], [False, True], [False, False], [True, False], [False, False]]\n"


def test_where_python_writes_elsewhere_its_streams_stay(capfd: pytest.CaptureFixture[str]) -> None:
    """As under pytest, or in a notebook."""
    from io import StringIO
    from unittest import mock

    from qcheck.core.native_chatter import quiet_natives

    with mock.patch.object(sys, "stdout", StringIO()) as out, quiet_natives():
        print("here")
        os.write(1, b"native")
        assert sys.stdout is out
    assert out.getvalue() == "here\n"
    assert capfd.readouterr().out == ""
