"""Files within a bound: nothing that blocks, nothing that never ends, no memory for what is not."""

from __future__ import annotations

import io
import os
import socket
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest

from qcheck.core.bounded_reading import (
    NotRegular,
    TooLarge,
    open_regular,
    read_regular,
    read_stdin,
)


@pytest.mark.parametrize("size_bytes", [0, 1, 1000, 3_000_000])
def test_a_regular_file_is_read_whole(tmp_path: Path, size_bytes: int) -> None:
    content = os.urandom(size_bytes)
    (tmp_path / "a").write_bytes(content)
    assert read_regular(tmp_path / "a", size_bytes) == content
    assert read_regular(str(tmp_path / "a"), size_bytes + 7) == content


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\r\nb\x1ac")
    assert read_regular(tmp_path / "a", 100) == b"a\r\nb\x1ac"


def test_a_larger_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as sparse:
        sparse.truncate(1 << 40)
    tracemalloc.start()
    with pytest.raises(TooLarge) as refused:
        read_regular(tmp_path / "a", 2_500_000)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert refused.value.strerror == "it is larger than 2.5 MB"


def test_no_more_memory_is_taken_than_there_is_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    tracemalloc.start()
    assert read_regular(tmp_path / "a", 1 << 40) == b"content"
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_a_file_that_grows_while_it_is_read_is_refused_at_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"x" * 5000)
    small = SimpleNamespace(st_mode=(tmp_path / "a").stat().st_mode, st_size=10)
    monkeypatch.setattr("qcheck.core.bounded_reading.os.fstat", lambda _: small)
    assert read_regular(tmp_path / "a", 5000) == b"x" * 5000
    with pytest.raises(TooLarge):
        read_regular(tmp_path / "a", 4999)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux only")
def test_a_file_that_says_nothing_of_its_size_is_read_to_its_end() -> None:
    assert b"Threads" in read_regular("/proc/self/status", 100_000)
    with pytest.raises(TooLarge):
        read_regular("/proc/self/status", 100)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        (tmp_path / "link").symlink_to("/dev/zero")
        for name, says in (
            ("pipe", "a pipe"),
            ("socket", "a socket"),
            ("link", "a device"),
            (".", "a folder"),
        ):
            with pytest.raises(NotRegular) as refused:
                read_regular(tmp_path / name, 1000)
            assert refused.value.strerror == f"it is {says}, not a file"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_file_that_becomes_a_pipe_before_it_is_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    regular = (tmp_path / "file").stat()
    monkeypatch.setattr("qcheck.core.bounded_reading.Path.stat", lambda _: regular)
    with pytest.raises(NotRegular):
        open_regular(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["missing", "zero\0byte", "half\ud800", "n" * 5000])
def test_whatever_cannot_be_read_is_an_os_error_that_says_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError) as failed:  # noqa: PT011 - what it says differs by platform
        read_regular(str(tmp_path / name), 10)
    assert failed.value.strerror


def test_too_little_memory_is_a_reason_and_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> bytes:
        raise MemoryError

    (tmp_path / "a").write_bytes(b"content")
    monkeypatch.setattr("qcheck.core.bounded_reading._chunk", exhausted)
    with pytest.raises(OSError, match="not enough memory"):
        read_regular(tmp_path / "a", 10)


class _Endless(io.RawIOBase):
    def readinto(self, buffer: bytearray) -> int:
        return len(buffer)

    def readable(self) -> bool:
        return True


def test_standard_input_that_never_ends_is_refused_at_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = io.TextIOWrapper(io.BufferedReader(_Endless()))
    monkeypatch.setattr(sys, "stdin", endless)
    with pytest.raises(TooLarge):
        read_stdin(5_000_000)


def test_standard_input_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"content")))
    assert read_stdin(7) == b"content"


def test_a_closed_standard_input_is_a_reason_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    for stdin in (None, closed):
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(OSError, match="standard input is closed"):
            read_stdin(7)
