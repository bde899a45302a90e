"""What the machine lacks, told as that: no memory, no room on a disk, no handles, no folder."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from qcheck.core.errors import causes

__all__ = ["system_fault"]

# Of the machine or its disks, whichever call meets it first.
_OF_THE_SYSTEM = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENFILE", "EROFS", "EAGAIN")
    if hasattr(errno, name)
)
_NO_MEMORY = "there is not enough memory"
# As loaders of libraries say it, too (glibc's elf/dl-load.c).
_MEMORY = re.compile(
    r"\bMemoryError\b|failed to map segment|cannot allocate memory|cannot create shared object",
    re.IGNORECASE,
)


def system_fault(error: BaseException) -> str | None:
    """What to tell where ``error`` came of the machine and of nobody's code; else None."""
    for each in causes(error):
        # What a worker raised comes without its cause, and tells it.
        if isinstance(each, MemoryError) or _MEMORY.search(str(each)):
            return _NO_MEMORY
        if isinstance(each, OSError):
            if each.errno == errno.ENOMEM:
                return _NO_MEMORY
            if each.errno is not None and each.errno in _OF_THE_SYSTEM:
                where = f"{each.filename}: " if isinstance(each.filename, str) else ""
                return f"{where}{os.strerror(each.errno)}"
            if isinstance(each, FileNotFoundError) and not _has_working_directory():
                return "the working directory is gone"
    return None


def _has_working_directory() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True
