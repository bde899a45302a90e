"""Locks that last as long as a paid job runs, and claims where locks do not reach."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.jobs import locks
from qcheck.jobs.locks import claimed, locked

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and links are POSIX's")

# Takes the lock, hands it to a child that lives until its input ends, says so, and waits.
HOLDER = """
import subprocess, sys, time
from pathlib import Path
from qcheck.jobs.locks import locked
with locked(Path(sys.argv[1])) as lock, lock.handed_on() as handed:
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=sys.stdin, **handed
    )
    print("held", flush=True)
    time.sleep(600)
"""


def is_held(path: Path) -> bool:
    try:
        with locked(path):
            return False
    except BlockingIOError:
        return True


def test_a_lock_is_held_until_it_is_let_go(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"):
        assert is_held(tmp_path / "lock")
    assert not is_held(tmp_path / "lock")


def test_a_lock_that_was_handed_on_lasts_until_the_child_has_ended(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline().split() == [b"held"]
    holder.kill()
    holder.wait()
    assert is_held(tmp_path / "lock")
    holder.stdin.close()
    deadline = time.monotonic() + 60
    while is_held(tmp_path / "lock") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_held(tmp_path / "lock")


def test_whoever_waits_says_so_once_and_gets_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = locked(tmp_path / "lock")
    held.__enter__()
    said = []
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            held.__exit__(None, None, None)

    monkeypatch.setattr(time, "sleep", sleep)
    with locked(tmp_path / "lock", waiting=lambda: said.append("waiting")):
        assert is_held(tmp_path / "lock")
    assert said == ["waiting"]
    assert len(slept) == 3


@posix
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_without_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    import fcntl

    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(UsageFault, match="this disk keeps no locks"), locked(tmp_path / "lock"):
        pass


@posix
def test_a_lock_is_neither_taken_through_a_link_nor_on_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=r"symbolic links|plain file"), locked(tmp_path / name):
            pass
    assert not (tmp_path / "mine").exists()


def test_a_claim_is_gone_when_all_is_done_or_has_failed(tmp_path: Path) -> None:
    claim = tmp_path / "run.host"
    with claimed(claim, "talk.toml: a run"):
        assert claim.exists()
    assert not claim.exists()
    with pytest.raises(ValueError, match="failed"), claimed(claim, "talk.toml: a run"):
        raise ValueError("failed")
    assert list(tmp_path.iterdir()) == []


def test_a_claim_stays_where_what_was_sent_goes_on_and_this_machine_goes_on_with_it(
    tmp_path: Path,
) -> None:
    claim = tmp_path / "run.host"
    with pytest.raises(KeyboardInterrupt), claimed(claim, "talk.toml: a run"):
        raise KeyboardInterrupt
    assert claim.exists()
    with claimed(claim, "talk.toml: a run"):
        pass
    assert not claim.exists()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (json.dumps({"host": "studio-2", "machine": "0", "boot": "1"}), "studio-2"),
        (json.dumps({"host": "\x1b[2J", "machine": "0", "boot": ""}), r"\x1b[2J"),
        ("", "another machine"),
        ("[1]", "another machine"),
        ("{" * 5000, "another machine"),
        ("x" * 20_000, "another machine"),
    ],
)
def test_what_another_machine_claimed_is_left_to_it(tmp_path: Path, text: str, where: str) -> None:
    claim = tmp_path / "run.host"
    claim.write_text(text)
    with pytest.raises(UsageFault) as fault, claimed(claim, "talk.toml: a run"):
        pass
    assert str(fault.value) == (
        f"talk.toml: a run was begun on {where} and did not end there: go on there, or delete "
        f"{claim} once nothing of it runs any more"
    )
    assert claim.read_text() == text


def test_a_container_on_the_same_kernel_is_no_other_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has another name, but locks hold between the two."""
    claim = tmp_path / "run.host"
    monkeypatch.setattr(locks, "boot_id", lambda: "one start of one kernel")
    claim.write_text(
        json.dumps({"host": "a1b2", "machine": "0", "boot": "one start of one kernel"})
    )
    with claimed(claim, "talk.toml: a run"):
        pass
    assert not claim.exists()
