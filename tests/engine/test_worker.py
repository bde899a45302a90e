"""The process that checks files: what it is told, what it answers, and when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from in_workers import double, fail, fail_oddly, hang, speak
from shell import until

from qcheck.engine.worker import Call, Raised, Returned, receive, send

HELPERS = str(Path(__file__).resolve().parent.parent / "helpers")
SERVING = (
    "import os, sys; sys.path.insert(0, sys.argv[1]);"
    "calls, answers = os.fdopen(os.dup(0), 'rb', 0), os.fdopen(os.dup(1), 'wb', 0);"
    "from qcheck.engine.worker import serve; serve(calls, answers)"
)


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", SERVING, HELPERS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as process:
        yield process
        process.kill()


def asked(worker: subprocess.Popen[bytes], call: Call) -> Returned | Raised:
    assert worker.stdin is not None
    assert worker.stdout is not None
    send(worker.stdin, call)
    answer = receive(worker.stdout)
    assert isinstance(answer, Returned | Raised)
    return answer


def test_it_answers_call_after_call(worker: subprocess.Popen[bytes]) -> None:
    assert asked(worker, Call(double, (4,), 60, 10**9)) == Returned(8)
    raised = asked(worker, Call(fail, ("it is odd",), 60, 10**9))
    assert isinstance(raised, Raised)
    assert (type(raised.error), str(raised.error)) == (ValueError, "it is odd")
    raised = asked(worker, Call(fail_oddly, (), 60, 10**9))
    assert isinstance(raised, Raised)
    assert "Unsendable" in str(raised.error)
    large = b"a" * 3_000_000
    assert asked(worker, Call(bytes, (large,), 60, 10**9)) == Returned(large)


def test_what_is_printed_there_is_no_part_of_the_answer(worker: subprocess.Popen[bytes]) -> None:
    """And its standard input is nobody's, so that a plugin that reads it gets nothing.

    Native libraries quote what a file holds; nobody hears them.
    """
    assert asked(worker, Call(speak, (), 60, 10**9)) == Returned(b"")
    worker.kill()
    assert worker.stderr is not None
    said = worker.stderr.read()
    assert b"printed by a plugin" in said
    assert b"written by a library" not in said


@pytest.mark.parametrize("busy", [False, True])
def test_it_ends_with_whoever_asks(worker: subprocess.Popen[bytes], busy: bool) -> None:
    assert worker.stdin is not None
    if busy:
        send(worker.stdin, Call(hang, (600,), 60, 10**9))
    worker.stdin.close()
    until(lambda: worker.poll() is not None)


class _Trickle:
    """A pipe that takes and gives a few bytes at a time, as pipes may."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source

    def write(self, data: bytes) -> int:
        return self.source.write(bytes(data[:3]))

    def read(self, size: int) -> bytes:
        return self.source.read(min(size, 5))


def test_messages_are_whole_though_a_pipe_takes_and_gives_a_few_bytes_at_a_time(
    tmp_path: Path,
) -> None:
    message = {"text": "é" * 1000, "bytes": os.urandom(1000)}
    with (tmp_path / "pipe").open("wb", 0) as pipe:
        send(_Trickle(pipe), message)
    with (tmp_path / "pipe").open("rb", 0) as pipe:
        assert receive(_Trickle(pipe)) == message
        with pytest.raises(EOFError):
            receive(pipe)
