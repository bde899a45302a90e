"""What a job needs to know of a file besides the verdict, measured where it does no harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qcheck.engine.inputs import Input, read_input
from qcheck.engine.options import Options
from qcheck.engine.run import in_worker
from qcheck.probes.evidence import Evidence

__all__ = ["measure"]


def measure(path: Path, role: str, *wanted: type) -> list[Any]:
    """The measurements ``wanted`` of the file, taken in a process that can be killed.

    Raises Unmeasurable, and UsageFault where the process is lost.
    """
    name = str(path)
    found: list[Any] = in_worker(_measure, (name, role, wanted), Input(name, role), Options())
    return found


def _measure(name: str, role: str, wanted: tuple[type, ...]) -> list[Any]:
    evidence = Evidence(read_input(name, role))
    return [evidence.get(each) for each in wanted]
