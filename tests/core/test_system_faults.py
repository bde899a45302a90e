"""A machine that lacks something is told as that, and never as a fault of qcheck."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from qcheck.core.system_faults import system_fault


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "there is not enough memory"),
        (OSError(errno.ENOMEM, "x"), "there is not enough memory"),
        (ImportError("libx.so.1: failed to map segment from shared object"), "not enough memory"),
        (RuntimeError("measuring Decoding: MemoryError (a.py, line 3)"), "not enough memory"),
        (OSError(errno.ENOSPC, "x"), "No space left on device"),
        (OSError(errno.ENOSPC, "x", "a.json"), "a.json: No space left on device"),
        (OSError(errno.EMFILE, "x"), "Too many open files"),
    ],
)
def test_what_the_machine_lacks_is_told(error: BaseException, says: str) -> None:
    for each in (raised(error), raised(ValueError("measuring"), error)):
        told = system_fault(each)
        assert told is not None
        assert says in told


@pytest.mark.parametrize(
    "error",
    [ValueError("x"), ImportError("no module named x"), OSError(errno.EACCES, "x"), KeyError()],
)
def test_what_is_of_code_or_of_a_file_is_not(error: BaseException) -> None:
    assert system_fault(raised(error)) is None


def test_a_working_directory_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = raised(FileNotFoundError(errno.ENOENT, "x"))
    assert system_fault(error) is None
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    try:
        assert system_fault(error) == "the working directory is gone"
    finally:
        os.chdir(tmp_path)
