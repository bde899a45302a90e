"""Small disks and read-only folders: real ones where root makes them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.attack.scenarios import Skipped

__all__ = ["Disk", "read_only", "small_disk"]

_BLOCK_BYTES = 4096


@dataclass(frozen=True)
class Disk:
    """A disk in memory whose size can be changed."""

    path: Path

    def leave(self, kilobytes: int) -> None:
        """Leave so much room beside what lies on it."""
        blocks = 1 + sum(
            -(-path.stat().st_size // _BLOCK_BYTES)
            for path in self.path.rglob("*")
            if path.is_file()
        )
        size = blocks * _BLOCK_BYTES // 1024 + kilobytes
        subprocess.run(["mount", "-o", f"remount,size={size}k", self.path], check=True)


@contextmanager
def small_disk(path: Path) -> Iterator[Disk]:
    """A disk at ``path``. Raises :class:`Skipped` where none can be made."""
    if os.name != "posix" or os.geteuid() != 0:
        raise Skipped("a tmpfs of a size takes root")
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", path], check=False).returncode:
        raise Skipped("no tmpfs can be mounted here")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", path], check=False)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in ``folder`` can be written; nothing is read-only to root but what is mounted so."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    if subprocess.run(["mount", "--bind", folder, folder], check=False).returncode:
        raise Skipped("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
