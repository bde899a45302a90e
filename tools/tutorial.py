"""Runs the commands of the tutorial in turn, from a fresh clone, and says how long each took.

``python -m tools.tutorial`` clones this repository into a temporary folder, installs it
there as the tutorial says, runs every command of docs/tutorial.md, shows what they print, and ends
with the table that stands at the tutorial's end. pip may have its downloads in its cache.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools import ROOT

TUTORIAL = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(sh|console|toml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What the clone below and the path that commands run with stand for.
DONE_HERE = ("git clone", "cd ", ". ")


@dataclass(frozen=True)
class Step:
    """A command of the tutorial, or a file that it has the reader write."""

    command: str
    printed: str = ""
    writes: str = ""
    """What goes into talk.toml before the next command."""


def steps(text: str) -> list[Step]:
    """What the tutorial's blocks say, in order."""
    found = []
    for kind, block in BLOCK.findall(text):
        if kind == "toml":
            found.append(Step("", writes=block))
        elif kind == "sh":
            found += [Step(line) for line in block.splitlines()]
        else:
            first, _, rest = block.partition("\n")
            found.append(Step(first.removeprefix("$ "), rest))
    return found


def main() -> int:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "qcheck"
        path = f"{clone / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        todo = [Step(f"git clone -q {ROOT} {clone}")]
        todo += [
            s for s in steps(TUTORIAL.read_text("utf-8")) if not s.command.startswith(DONE_HERE)
        ]
        for step in todo:
            if step.writes:
                (clone / "talk.toml").write_text(step.writes)
                continue
            print(f"$ {step.command}", flush=True)
            start = time.perf_counter()
            where = clone if clone.exists() else folder
            subprocess.run(step.command, shell=True, cwd=where, env={**os.environ, "PATH": path})
            rows.append((step.command, time.perf_counter() - start))
    print("\n| step | wall time |\n|---|---|")
    for command, seconds in rows:
        name = "git clone" if command.startswith("git clone") else command.split(" --input")[0]
        print(f"| `{name}` | {seconds:.1f} s |")
    print(f"| together | {sum(seconds for _, seconds in rows):.0f} s |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
