"""A stand-in for the program that sends jobs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

STAND_IN = """#!{python}
import os, sys
sys.stdout.buffer.write(b"\\0".join(os.fsencode(a) for a in sys.argv[1:]))
sys.stderr.write("its own words")
sys.exit(7)
"""


def stand_in(folder: Path, name: str = "infsh") -> str:
    """Put a program that says how it was called into ``folder``; returns a PATH that begins there.

    It writes its arguments to standard output with NUL between, and leaves with exit code 7.
    """
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
