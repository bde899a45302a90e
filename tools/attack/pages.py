"""What a campaign found, written into the page that people read."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qcheck.core.atomic import write_whole
from qcheck.core.version import VERSION

__all__ = ["Result", "provenance", "write_into"]


@dataclass(frozen=True)
class Result:
    """What came of one campaign."""

    lines: tuple[str, ...]
    """As Markdown."""
    bad: bool
    """Whether anything got through."""


def provenance(command: Sequence[str]) -> str:
    """Where figures come from: the command, the day, the version, and the kind of machine."""
    shown = " ".join(["python -m tools.attack", *command])
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    today = datetime.date.today().isoformat()
    python = platform.python_version()
    return f"`{shown}`, {today}, version {VERSION}, Python {python}, {machine}."


def write_into(page: Path, name: str, lines: Sequence[str]) -> None:
    """Replace what stands between the marks of ``name``. Raises ValueError where there are none."""
    begins, ends = f"<!-- attack: {name} -->", f"<!-- /attack: {name} -->"
    text = page.read_text("utf-8")
    before, found, rest = text.partition(begins)
    _, closed, after = rest.partition(ends)
    if not found or not closed:
        raise ValueError(f"{page}: {begins} and {ends} are not in it")
    write_whole(page, "\n".join([before + begins, "", *lines, "", ends + after]))
