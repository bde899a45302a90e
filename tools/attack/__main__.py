"""Attacks qcheck from outside and counts what it lets through.

    python -m tools.attack all --minutes 2          a slice of everything below
    python -m tools.attack damage                   flip bits in every format, count wrong "clean"
    python -m tools.attack media --minutes 60       mutated pictures, recordings and videos
    python -m tools.attack parsers --count 1000000  mutated texts, headers, commands, kept files
    python -m tools.attack guided --minutes 10      the same, guided by coverage (needs atheris)
    python -m tools.attack faults                   limits, kills, full disks, closed streams
    python -m tools.attack trees                    hostile folders and configurations
    python -m tools.attack answers                  hostile answers of a host on this machine
    python -m tools.attack payments --kills 200     productions killed while they pay for jobs
    python -m tools.attack soak --checks 20000      memory and handles of one process

Tables are Markdown; `--write FILE` puts them between their marks in a page. It exits with 1 where
something got through: a crash, a hang, too much memory, something run or overwritten, or damage
that could be proven and was not reported. `--keep FOLDER` keeps the inputs that did.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.attack import campaigns
from tools.attack.pages import provenance, write_into

__all__ = ["main"]


def main() -> None:
    parser = argparse.ArgumentParser("python -m tools.attack", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True, dest="command")
    for name, run in campaigns.CAMPAIGNS.items():
        command = commands.add_parser(name)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--only", default="", metavar="TEXT", help="what contains this")
        command.add_argument("--keep", type=Path, metavar="FOLDER")
        command.add_argument("--write", type=Path, metavar="FILE")
        if name == "damage":
            command.add_argument("--flips", type=int, default=300)
        elif name == "soak":
            command.add_argument("--checks", type=int, default=20_000)
        elif name == "payments":
            command.add_argument("--kills", type=int, default=200)
        else:
            command.add_argument("--minutes", type=float)
        if name in ("media", "parsers"):
            command.add_argument("--count", type=int)
        if name == "faults":
            command.add_argument("--rounds", type=int, default=1)
        command.set_defaults(run=run)
    given = parser.parse_args()
    result = given.run(given)
    for line in result.lines:
        print(line)
    if given.write is not None:
        # Where files went is nobody's business.
        places = ("--write", str(given.write), "--keep", str(given.keep))
        words = [each for each in sys.argv[1:] if each not in places]
        write_into(given.write, given.command, [provenance(words), "", *result.lines])
    sys.exit(result.bad)


if __name__ == "__main__":
    main()
