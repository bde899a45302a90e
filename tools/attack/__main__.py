"""Attacks qcheck from outside and counts what it lets through.

    python -m tools.attack damage                 flip bits in every format, count wrong "clean"
    python -m tools.attack damage --flips 1000    as many flips of each format
    python -m tools.attack damage --only PNG      formats whose name contains this

The table is Markdown. It exits with 1 where a format that can prove its damage let one through.
"""

from __future__ import annotations

import argparse
import sys

from tools.attack import damage
from tools.attack.transcodes import transcodes


def main() -> None:
    parser = argparse.ArgumentParser("python -m tools.attack", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True)
    damaging = commands.add_parser("damage")
    damaging.add_argument("--flips", type=int, default=300)
    damaging.add_argument("--seed", type=int, default=1)
    damaging.add_argument("--only", default="", metavar="TEXT")
    given = parser.parse_args()
    rows = []
    for line in damage.TITLE:
        print(line)
    for transcode in transcodes():
        if given.only.lower() in transcode.name.lower():
            rows.append(damage.flipped(transcode, given.flips, given.seed))
            print(damage.line(rows[-1]), flush=True)
    sys.exit(any(row.proves_all and row.wrong_clean for row in rows))


if __name__ == "__main__":
    main()
