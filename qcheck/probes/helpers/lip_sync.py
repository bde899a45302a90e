"""Whether a job moves anybody's lips: where it does not, nothing has to follow a face."""

from __future__ import annotations

from qcheck.core.job import Job
from qcheck.core.probe import Inapplicable
from qcheck.targets.catalogue import find_target

__all__ = ["check_lips_move"]


def check_lips_move(job: Job) -> None:
    """Raises :class:`Inapplicable` where the app only joins videos or writes on them."""
    target = find_target(job.app) if job.app else None
    if target is not None and "video" in target.takes and "voice" not in target.takes:
        raise Inapplicable(f"{target.app} moves no lips, so nothing has to follow a face")
