"""Text that any reader takes: messages may quote what a file holds."""

from __future__ import annotations

from pathlib import Path

from qcheck.core.results import FileReport
from qcheck.engine.fingerprints import identity, source

__all__ = ["printed", "project_path"]

# Unicode's C0 and C1 controls but tab and line feed: databases refuse NUL, terminals obey escapes.
_CONTROLS = dict.fromkeys(
    (*(i for i in range(0x20) if chr(i) not in "\t\n"), *range(0x7F, 0xA0), *range(0xD800, 0xE000)),
    "\N{REPLACEMENT CHARACTER}",
)


def project_path(file: FileReport, root: Path) -> str:
    """The path relative to the project's root; a file outside of it as it was named."""
    of = identity(file, root)
    return file.file if of.startswith("sha256:") and source(file) else of


def printed(text: str) -> str:
    """``text`` with every control character and lone surrogate replaced."""
    return text.translate(_CONTROLS)
