"""What a worker may be asked to do: functions that another process can import."""

from __future__ import annotations

import os
import sys


def double(number: int) -> int:
    """A native crash where the number is negative."""
    if number < 0:
        os._exit(9)
    return 2 * number


def surroundings() -> tuple[dict[str, str | None], list[str]]:
    """The environment of a worker that matters, and what stands first on its path."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONSAFEPATH")
    return {name: os.environ.get(name) for name in names}, sys.path[:1]


def fail(says: str) -> None:
    raise ValueError(says)
