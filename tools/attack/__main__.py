"""Attacks qcheck from outside and counts what it lets through.

    python -m tools.attack damage                  flip bits in every format, count wrong "clean"
    python -m tools.attack media --minutes 60      mutated pictures, recordings and videos
    python -m tools.attack parsers --count 1000000 mutated texts, headers and commands
    python -m tools.attack all --minutes 2         a slice of each

Tables are Markdown. It exits with 1 where something got through: a crash, a hang, too much memory,
or damage that could be proven and was not reported. `--keep FOLDER` keeps the inputs that did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tools.attack import damage
from tools.attack.transcodes import transcodes

__all__ = ["main"]

_TELL_EVERY_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser("python -m tools.attack", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True)
    damaging = commands.add_parser("damage")
    damaging.add_argument("--flips", type=int, default=300)
    damaging.add_argument("--seed", type=int, default=1)
    damaging.add_argument("--only", default="", metavar="TEXT")
    damaging.set_defaults(run=_damage)
    for name, run in (("media", _media), ("parsers", _parsers)):
        long = commands.add_parser(name)
        long.add_argument("--minutes", type=float)
        long.add_argument("--count", type=int)
        long.add_argument("--seed", type=int, default=1)
        long.add_argument("--only", default="", metavar="TEXT")
        long.add_argument("--keep", type=Path, metavar="FOLDER")
        long.set_defaults(run=run)
    soaking = commands.add_parser("soak")
    soaking.add_argument("--checks", type=int, default=20_000)
    soaking.set_defaults(run=_soak)
    given = parser.parse_args()
    sys.exit(given.run(given))


def _damage(given: argparse.Namespace) -> bool:
    rows = []
    for line in damage.TITLE:
        print(line)
    for transcode in transcodes():
        if given.only.lower() in transcode.name.lower():
            rows.append(damage.flipped(transcode, given.flips, given.seed))
            print(damage.line(rows[-1]), flush=True)
    return any(row.proves_all and row.wrong_clean for row in rows)


def _media(given: argparse.Namespace) -> bool:
    from tools.attack.media import Campaign

    campaign = Campaign(given.seed, given.keep, given.only)
    _go_on(campaign.run, lambda: f"{campaign.done:,} files, {campaign.tally.bad} bad", given)
    for line in campaign.lines():
        print(line)
    for line in campaign.kept.lines():
        print(line)
    return campaign.tally.bad > 0


def _parsers(given: argparse.Namespace) -> bool:
    from tools.attack.parsers import Parsers

    parsers = Parsers(given.seed, given.keep, given.only)
    _go_on(parsers.run, lambda: f"{parsers.done:,} inputs, {parsers.tally.bad} bad", given)
    for line in (*parsers.lines(), *parsers.kept.lines()):
        print(line)
    return parsers.tally.bad > 0


def _soak(given: argparse.Namespace) -> bool:
    from tools.attack.soak import flat, soak

    with tempfile.TemporaryDirectory() as folder:
        found = soak(given.checks, Path(folder))
    for line in found.lines():
        print(line)
    return not flat(found)


def _go_on(run: Callable[..., None], state: Callable[[], str], given: argparse.Namespace) -> None:
    """Run as long or as often as was asked for, and say every minute how far it is."""
    begun = time.monotonic()
    end = begun + 60 * given.minutes if given.minutes else None
    left = given.count if given.count or given.minutes else 10_000
    piece = 12_000
    told = begun
    while (end is None or time.monotonic() < end) and (left is None or left > 0):
        size = piece if left is None else min(piece, left)
        run(count=size, until=end)
        left = None if left is None else left - size
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            print(f"{told - begun:.0f} s: {state()}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
