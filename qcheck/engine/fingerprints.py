"""Which finding is the same finding as last time: one name for it, for every format and a baseline.

A fingerprint is made of the rule, the file and the place, and of nothing that changes when
something else does: not of the measured number, the limit, the severity, the position in the
report, or what other rules and other files have to say.

- The file is its path relative to the root of the project, so that machines and folders agree; a
  file outside the root is known by the SHA-256 of its content, what is no file by its name.
- A rule sums up what it found in a file: six clipped spots are one finding. So one more click, or
  a face that moved by three pixels in the next export, does not make another finding of it. What a
  rule says beside that is told apart by the words of its message, in which numbers do not count,
  and only where it says the same twice of one file by the place.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Finding

__all__ = ["FINGERPRINT_VERSION", "find_root", "fingerprint", "fingerprints", "identity", "source"]

FINGERPRINT_VERSION = 1
"""Raised when the same finding gets another fingerprint; it is part of every fingerprint."""

# A number as messages write it, with the unit that is chosen by its size (qcheck.core.units), and
# the clock of qcheck.core.wording. Digits within a word belong to a name: image2, mp4.
_NUMBER = re.compile(
    r"(?<![\w.])[-\N{MINUS SIGN}+]?\d(?:[\d.,:]*\d)?(?:e[-+]?\d+)?"
    r"(?:\s?(?:%|°|k?Hz|[kKMG]?i?B\b|bytes?\b))?(?!\w)"
)


def find_root(start: Path | None = None) -> Path:
    """The folder that paths are relative to: the repository around ``start``, else ``start``.

    ``start`` is the working directory if it is left out.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        # A file in worktrees and submodules.
        if (folder / ".git").exists():
            return folder
    return start


def source(file: FileReport) -> Path | None:
    """The file on disk that ``file`` reports of; None for standard input and parts of a payload."""
    path = Path(file.file)
    try:
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def identity(file: FileReport, root: Path) -> str:
    """What stands for the file: its path relative to ``root`` with slashes, or its digest."""
    path = source(file)
    if path is None:
        return _link_in(file, root) or file.file
    try:
        return path.resolve().relative_to(root).as_posix()
    except (ValueError, OSError):
        return f"sha256:{_digest(path)}"


def _link_in(file: FileReport, root: Path) -> str | None:
    """The path relative to ``root`` of a link that leads nowhere; None for anything else."""
    path = Path(file.file)
    try:
        if path.is_symlink():
            return (path.parent.resolve() / path.name).relative_to(root).as_posix()
    except (OSError, ValueError):
        pass
    return None


@cache
def _digest(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return os.fspath(path)


def fingerprint(rule: str, of: str, place: str = "", about: str = "") -> str:
    """64 hexadecimal digits for what ``rule`` says of the file that ``of`` stands for."""
    parts = (f"qcheck/{FINGERPRINT_VERSION}", rule, of, place, about)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def fingerprints(file: FileReport, root: Path) -> list[tuple[Finding, str]]:
    """Every finding of ``file``, in its order, with a fingerprint that no other finding has."""
    of = identity(file, root)
    findings = file.findings
    said = Counter((f.rule, _words(f)) for f in findings)
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        words = _words(finding)
        alone = said[finding.rule, words] == 1
        print_ = fingerprint(finding.rule, of, "" if alone else _place(finding), words)
        seen[print_] += 1
        if seen[print_] > 1:
            print_ = fingerprint(finding.rule, of, f"{_place(finding)} #{seen[print_]}", words)
        found.append((finding, print_))
    return found


def _words(finding: Finding) -> str:
    return " ".join(_NUMBER.sub("#", finding.judgement.message).split())


def _place(finding: Finding) -> str:
    """The first spot, as coarse as a re-encoded file moves it: whole seconds, 64 px."""
    for where in finding.judgement.where:
        if isinstance(where, Span):
            return f"{where.start_s:.0f} s"
        if isinstance(where, Box):
            x, y = where.centre_px
            return f"{x // 64:.0f}, {y // 64:.0f}"
    return ""
