"""Whether this process is qcheck's own, or that of a program which calls it."""

from __future__ import annotations

__all__ = ["claim_process", "is_own_process"]

_own = False


def claim_process() -> None:
    """Say that nobody else's files, sockets, threads or locks are in this process."""
    global _own
    _own = True


def is_own_process() -> bool:
    """Whether :func:`claim_process` was called."""
    return _own
