"""What a worker may be asked to do: functions that another process can import."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def double(number: int) -> int:
    """A native crash where the number is negative."""
    if number < 0:
        os.abort()
    return 2 * number


def double_at_second_try(number: int, marker: str) -> int:
    """As a worker that an earlier file had left in a bad state."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(9)
    return 2 * number


def hang(seconds: float) -> None:
    time.sleep(seconds)


def hoard(size_bytes: int) -> int:
    """Take memory, and keep it for as long as nobody objects."""
    kept = bytearray(b"\1") * size_bytes
    time.sleep(60)
    return len(kept)


def process() -> int:
    return os.getpid()


def surroundings() -> tuple[dict[str, str | None], list[str]]:
    """The environment of a worker that matters, and what stands first on its path."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONSAFEPATH")
    return {name: os.environ.get(name) for name in names}, sys.path[:1]


def speak() -> bytes:
    """Print, and read what there is to read."""
    print("printed by a plugin")
    os.write(1, b"written by a library\n")
    return os.read(0, 10)


def fail(says: str) -> None:
    raise ValueError(says)


class Unsendable(Exception):
    """Its arguments are not those that it is made of again from."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(lambda: (one, other))


def fail_oddly() -> None:
    raise Unsendable("a", "b")
