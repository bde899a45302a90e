"""Locks that last as long as a paid job runs, and a claim that holds where locks do not reach.

Not `filelock`: its lock ends with the process that took it. Ours is handed on to the program that
sends the job, so that it lasts until that program has ended, even if qcheck is killed. On POSIX
that is what flock(2) does for a file that is inherited. On Windows a lock on bytes is never
inherited, but the sharing mode of an open file is: opened for nobody else, it stays so until the
last handle is closed.

A disk on a network may keep such locks to each machine, or have none. Where it has none, nothing is
sent. Against another machine that does not see the lock there is the claim: a file that is put in
its place only if nothing is there, which network file systems do in one step (link(2), and open(2)
with O_EXCL), and that names its machine. Neither looks at a clock.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qcheck.core.atomic import write_new
from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault, printable
from qcheck.core.machine import boot_id, machine_id

__all__ = ["Lock", "claimed", "locked"]

_CLAIM_BYTES = 10_000
_LOOK_EVERY_S = 0.5
# Windows' error when a file is open elsewhere and not shared.
_SHARING_VIOLATION = 32


class Lock:
    """A lock that is held."""

    def __init__(self, file: int) -> None:
        self._file = file

    @contextmanager
    def handed_on(self) -> Iterator[dict[str, Any]]:
        """What ``Popen`` is given so that the child holds the lock as well, and lives on alone."""
        if sys.platform != "win32":
            yield {"pass_fds": (self._file,), "start_new_session": True}
            return
        import msvcrt

        handle = msvcrt.get_osfhandle(self._file)
        os.set_handle_inheritable(handle, True)
        try:
            yield {
                "startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]}),
                "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP,
            }
        finally:
            os.set_handle_inheritable(handle, False)

    def let_go(self) -> None:
        """End our part in it; a child that it was handed to keeps it."""
        os.close(self._file)


@contextmanager
def locked(path: Path, *, waiting: Callable[[], None] | None = None) -> Iterator[Lock]:
    """Hold the lock on ``path``, which nothing else is written to.

    Raises BlockingIOError where somebody holds it; with ``waiting``, calls that once and waits.
    Raises UsageFault where the disk keeps no locks.
    """
    lock = _taken(path)
    if lock is None:
        if waiting is None:
            raise BlockingIOError(errno.EWOULDBLOCK, "it is locked", str(path))
        waiting()
        while lock is None:
            time.sleep(_LOOK_EVERY_S)
            lock = _taken(path)
    try:
        yield lock
    finally:
        lock.let_go()


def _taken(path: Path) -> Lock | None:
    """The lock, if nobody holds it."""
    if sys.platform == "win32":
        return _taken_on_windows(path)
    import fcntl

    # Neither through a link that somebody put there, nor waiting at a pipe.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.open(path, flags, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "it is not a plain file", str(path))
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    except OSError as error:
        os.close(file)
        if error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP):
            raise UsageFault(
                f"{path.parent}: this disk keeps no locks, without which a job could be paid "
                "twice; set `work` in the plan to a folder on another"
            ) from error
        raise
    return Lock(file)


def _taken_on_windows(path: Path) -> Lock | None:
    if sys.platform != "win32":
        raise NotImplementedError
    import _winapi
    import msvcrt

    try:
        handle = _winapi.CreateFile(
            *(str(path), _winapi.GENERIC_READ | _winapi.GENERIC_WRITE),
            # Shared with nobody.
            0,
            # Not inherited unless it is handed on.
            _winapi.NULL,
            # OPEN_ALWAYS: made where it is not there.
            *(4, 0, _winapi.NULL),
        )
    except OSError as error:
        if error.winerror == _SHARING_VIOLATION:
            return None
        raise
    return Lock(msvcrt.open_osfhandle(handle, os.O_RDWR))


@contextmanager
def claimed(path: Path, what: str) -> Iterator[None]:
    """Keep other machines from ``what`` until it is done, or has failed.

    It stays claimed by this machine where the process is killed or interrupted, because what was
    sent goes on. Call it under a lock, which keeps others on this machine out. Raises UsageFault
    where another machine has claimed it.
    """
    own = {"host": platform.node(), "machine": machine_id(), "boot": boot_id()}
    try:
        write_new(path, json.dumps(own), durable=True)
    except FileExistsError:
        _refuse_if_of_another(path, own, what)
    try:
        yield
    except Exception:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)


def _refuse_if_of_another(path: Path, own: dict[str, str], what: str) -> None:
    try:
        claim = json.loads(read_regular(path, _CLAIM_BYTES))
        machine, boot, host = (str(claim.get(key, "")) for key in ("machine", "boot", "host"))
    except (OSError, ValueError, AttributeError, RecursionError):
        machine, boot, host = "", "", ""
    # By its number, or by its kernel, which containers share.
    if machine == own["machine"] or (boot and boot == own["boot"]):
        return
    where = printable(host)[:100] or "another machine"
    raise UsageFault(
        f"{what} was begun on {where} and did not end there: go on there, or delete {path} once "
        "nothing of it runs any more"
    )
