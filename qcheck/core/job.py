"""What the files are for: the app that will render them, and how many people speak."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Job"]


@dataclass(frozen=True)
class Job:
    """``app`` is None where the user named none and the generic limits hold."""

    app: str | None = None
    speakers: int = 1
    expands_home: bool = True
    """Whether what sends the job expands ``~``: the command line does, the SDK does not."""
    mask_index: int | None = None
    """Which face moves, counted by size from 0, where the payload says so."""
    allow_remote: bool = False
    """Whether addresses on the network are accepted without checking what they lead to."""
