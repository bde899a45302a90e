"""What the command line, or whoever calls from Python, asks of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qcheck.core.errors import UsageFault

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """What the command line adds to the configuration's settings, or uses instead of them.

    None means: as the configuration says.
    """

    config: Path | None = None
    isolated: bool = False
    app: str | None = None
    speakers: int | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    fail_on: str | None = None
    min_score: float | None = None
    jobs: int | None = None
    expands_home: bool = True
    """Whether what sends the job expands ``~``."""
    allow_remote: bool = False
    """Whether addresses on the network are accepted without checking."""
    mask_index: int | None = None
    """Which face the payload picks, counted by size from 0."""
    force_exclude: bool = False
    """Whether ``exclude`` of the configuration holds for files that are named, too."""
    cache: Path | None = None
    """A folder that results are kept in."""
    exhibits: bool = False
    """Whether a report wants what there is to see and hear of each file."""

    before_a_job: bool = False
    """Whether a paid job waits for the verdict: then no configuration opens the gate unseen."""

    def __post_init__(self) -> None:
        if self.config and self.isolated:
            raise UsageFault("--config and --isolated exclude each other")
