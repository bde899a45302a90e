"""Which machine and which process this is, without a clock: clocks jump, and differ on a network.

A process id alone says little: it is given again to another process, and means nothing on another
machine or in another container that sees the same folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ProcessIdentity", "boot_id", "has_ended", "machine_id", "this_process"]

# systemd's machine-id(5); where it is not there, dbus may have made one.
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
# random(4): new at every start of the kernel, the same in every container on it.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# pid_namespaces(7): a container numbers its processes anew.
_PID_NAMESPACE = Path("/proc/self/ns/pid")
# proc_pid_stat(5): fields 3 and 22, counted from what follows the name in brackets.
_STATE, _START = 0, 19
_ENDED_STATES = (b"Z", b"X")


@dataclass(frozen=True)
class ProcessIdentity:
    """A process, told from every other that ran or will run."""

    machine: str
    boot: str
    """Empty where the system does not say."""
    pid: int
    start_ticks: int
    """When it started, in the kernel's ticks since the start of the system; 0: not known."""


@cache
def machine_id() -> str:
    """A digest of this machine's name and of the number that its system gave it."""
    return _digest(platform.node(), _system_id())


@cache
def boot_id() -> str:
    """What the kernel calls the time since it started; empty where it does not say."""
    return _first_line(_BOOT_ID)


def this_process() -> ProcessIdentity:
    """The process that calls."""
    pid = os.getpid()
    return ProcessIdentity(
        _machine_of_processes(), _digest(boot_id()), pid, (_seen(pid) or (b"", 0))[1]
    )


def has_ended(process: ProcessIdentity) -> bool:
    """Whether the process is surely gone; of one on another machine, nobody can be sure."""
    if process.machine != _machine_of_processes():
        return False
    if boot_id() and process.boot != _digest(boot_id()):
        return True
    if sys.platform == "linux" and _BOOT_ID.exists():
        seen = _seen(process.pid)
        return seen is None or seen[0] in _ENDED_STATES or seen[1] != process.start_ticks
    return not _is_running(process.pid)


@cache
def _machine_of_processes() -> str:
    """As :func:`machine_id`, but containers that do not see each other's processes differ."""
    namespace = ""
    with contextlib.suppress(OSError):
        namespace = str(_PID_NAMESPACE.readlink())
    return _digest(machine_id(), namespace)


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "backslashreplace")).hexdigest()[:8]


def _system_id() -> str:
    if sys.platform == "win32":
        import winreg

        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key,
        ):
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        return ""
    return next(filter(None, map(_first_line, _MACHINE_IDS)), "")


def _first_line(path: Path) -> str:
    try:
        return path.read_text("ascii").partition("\n")[0].strip()
    except (OSError, ValueError):
        return ""


def _seen(pid: int) -> tuple[bytes, int] | None:
    """State and start of a process, as Linux tells them; None where there is no such process."""
    try:
        # The name in brackets may hold anything, brackets too.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return fields[_STATE], int(fields[_START])
    except (OSError, IndexError, ValueError):
        return None


def _is_running(pid: int) -> bool:
    """Whether any process has this id now."""
    if sys.platform == "win32":
        import ctypes

        # OpenProcess with SYNCHRONIZE; os.kill would send a signal here, whatever its number.
        handle = ctypes.windll.kernel32.OpenProcess(0x00100000, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        # ERROR_INVALID_PARAMETER: no such process. Any other error is one that we may not open.
        return bool(handle) or ctypes.windll.kernel32.GetLastError() != 87
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
