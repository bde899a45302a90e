"""Text that any reader takes: messages may quote what a file holds."""

from __future__ import annotations

from pathlib import Path

from qcheck.core.results import FileReport
from qcheck.core.terminal import escape_unseen, one_line
from qcheck.engine.fingerprints import identity, source

__all__ = ["flat", "printed", "project_path"]


def project_path(file: FileReport, root: Path) -> str:
    """The path relative to the project's root; a file outside of it as it was named."""
    of = identity(file, root)
    return file.file if of.startswith("sha256:") and source(file) else of


def printed(text: str) -> str:
    """``text`` with every character replaced that is not seen as itself.

    Databases refuse NUL, terminals obey escapes, and some turn the direction of writing. It is for
    formats that have no escapes of their own.
    """
    return escape_unseen(text, lambda character: "\N{REPLACEMENT CHARACTER}")


def flat(text: str) -> str:
    """A sentence in one line, whatever it quotes."""
    return one_line(" ".join(text.split()))
